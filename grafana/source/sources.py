"""The two data sources that boards ask, and their queries.

The SDK has a type for Prometheus' query and none for that of the plugin grafana-clickhouse-datasource. So
`ClickHouseQuery` is ours: it is registered in the SDK's registry of queries beside the SDK's own, and a board that is
read back from its file has it again. A key that it does not know is an error, not a loss.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Self

from grafana_foundation_sdk.builders.prometheus import Dataquery as PrometheusBuilder
from grafana_foundation_sdk.cog import builder as cogbuilder
from grafana_foundation_sdk.cog import plugins, runtime, variants
from grafana_foundation_sdk.models.common import DataSourceRef
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

CLICKHOUSE_PLUGIN: Final = "grafana-clickhouse-datasource"
_TABLE: Final = 1
"""The plugin's number for an answer in rows; charts read such rows too, with a column of times."""


def prometheus() -> DataSourceRef:
    """Return the reference to Prometheus."""
    return DataSourceRef(type_val="prometheus", uid="release-prometheus")


def clickhouse() -> DataSourceRef:
    """Return the reference to the store."""
    return DataSourceRef(type_val=CLICKHOUSE_PLUGIN, uid="release-clickhouse")


@dataclass(frozen=True)
class ClickHouseQuery(variants.Dataquery, cogbuilder.Builder[variants.Dataquery]):
    """A statement for the store. It is its own builder, as the SDK's panels want one."""

    raw_sql: str
    ref_id: str

    def build(self) -> Self:
        """Return itself."""
        return self

    def to_json(self) -> dict[str, object]:
        """Return the query as the plugin stores it in a board."""
        return {
            "datasource": clickhouse(),
            "editorType": "sql",
            "format": _TABLE,
            "queryType": "table",
            "rawSql": self.raw_sql,
            "refId": self.ref_id,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Read a query back. Raises ValueError where that would lose or change anything."""
        query = cls(data["rawSql"], data["refId"])
        told = query.to_json() | {"datasource": clickhouse().to_json()}
        if told != data:
            raise ValueError(f"query {data['refId']} says more than {sorted(told)}: {data}")
        return query


def register() -> None:
    """Make the SDK read boards with every query and panel that ours have."""
    plugins.register_default_plugins()
    runtime.register_dataquery_variant(runtime.DataqueryConfig(CLICKHOUSE_PLUGIN, ClickHouseQuery.from_json))


def rows(expression: str, ref: str) -> PrometheusBuilder:
    """Ask for the values of now as a table: a row for each series, a column for each label, and the value."""
    return _prometheus(expression, ref).instant().format(PromQueryFormat.TABLE)


def now(expression: str, ref: str, legend: str) -> PrometheusBuilder:
    """Ask for the values of now as series. `legend` names them and may hold labels, as `{{office}}`."""
    return _prometheus(expression, ref).instant().legend_format(legend)


def over_time(expression: str, ref: str, legend: str) -> PrometheusBuilder:
    """Ask for the values over the board's time range as series. `legend` as in `now`."""
    return _prometheus(expression, ref).range().legend_format(legend)


def _prometheus(expression: str, ref: str) -> PrometheusBuilder:
    return PrometheusBuilder().expr(expression).ref_id(ref).datasource(prometheus())


def ref_of(place: int) -> str:
    """Return the name of a panel's query by its place, from 0: A, B, C."""
    return chr(ord("A") + place)

"""How a case is told: lines of series over time, and who is alarmed when."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from streams.alerts.catalogue import ALERTS, Group
from streams.alerts.pace import Pace
from streams.alerts.rules import groups
from streams.alerts.texts import Links
from streams.core.targets import Target
from streams.reference import load_reference

SHIPPED = load_reference(None).targets
"""The targets of the rules, where a case does not have its own."""

Alarm = Mapping[str, str]
"""The labels of one that fires, without its name and component."""

NOBODY: Sequence[Alarm] = ()


def hold(value: float, steps: int) -> str:
    """A series that stays at a value for so many steps."""
    return f"{value:g}+0x{steps - 1}"


def climb(start: float, each_step: float, steps: int) -> str:
    """A counter that goes up by as much in every step; its first value is `start`."""
    return f"{start:g}{each_step:+g}x{steps - 1}"


def absent(steps: int) -> str:
    """No sample for so many steps."""
    return f"_x{steps}"


def then(*parts: str) -> str:
    """One after the other."""
    return " ".join(parts)


@dataclass(frozen=True)
class Case:
    """`series` begin at 0 and have a value every `step`, and rules are evaluated as often,
    or as `evaluated` says.

    `firing` says for some times what fires. `groups` are the groups of rules that are needed, by the ends of their
    names. `told` are the texts of the alert that fires at the last of these times.
    """

    name: str
    alert: str
    series: Mapping[str, str]
    firing: Mapping[str, Sequence[Alarm]]
    groups: tuple[str, ...]
    step: str = "1m"
    evaluated: str = ""
    targets: Sequence[Target] = field(default=SHIPPED)
    told: Mapping[str, str] = field(default_factory=dict)

    @property
    def file_name(self) -> str:
        return re.sub(r"\W+", "-", f"{self.alert} {self.name}") + ".yml"

    @property
    def fires(self) -> bool:
        return any(self.firing.values())

    def rules(self) -> dict[str, Any]:
        return {"groups": [group.document(Links()) for group in self._needed()]}

    def _needed(self) -> list[Group]:
        wanted = [f"release-monitor-{name}" for name in self.groups]
        return [group for group in groups(self.targets, Pace()) if group.name in wanted]

    def document(self, rule_file: str) -> str:
        """The case as promtool reads it."""
        told = {
            "rule_files": [rule_file],
            "evaluation_interval": self.evaluated or self.step,
            "group_eval_order": [group.name for group in self._needed()],
            "tests": [
                {
                    "name": self.name,
                    "interval": self.step,
                    "input_series": [
                        {"series": name, "values": values} for name, values in self.series.items()
                    ],
                    "promql_expr_test": [
                        {
                            "expr": f'ALERTS{{alertname="{self.alert}", alertstate="firing"}}',
                            "eval_time": at,
                            "exp_samples": [{"labels": self._labels(alert), "value": 1} for alert in alerts],
                        }
                        for at, alerts in self.firing.items()
                    ],
                    **({"alert_rule_test": [self._told()]} if self.told else {}),
                }
            ],
        }
        return yaml.safe_dump(told, sort_keys=False, allow_unicode=True)

    def _told(self) -> dict[str, Any]:
        at, (alert,) = list(self.firing.items())[-1]
        labels = {"component": ALERTS[self.alert], **alert}
        expected = {"exp_labels": labels, "exp_annotations": dict(self.told)}
        return {"eval_time": at, "alertname": self.alert, "exp_alerts": [expected]}

    def _labels(self, alert: Alarm) -> str:
        labels = {
            "alertname": self.alert,
            "alertstate": "firing",
            "component": ALERTS[self.alert],
            **alert,
        }
        return "ALERTS{" + ", ".join(f'{name}="{value}"' for name, value in labels.items()) + "}"

"""Which alert explains which: while the first is there, nobody is told of the second."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True)
class Inhibition:
    """Alerts that match `source` suppress those that match `target`, where the labels `equal` are equal.

    A value is a regular expression that the whole label must match.
    """

    source: Mapping[str, str]
    target: Mapping[str, str]
    equal: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """Write it as Alertmanager reads it."""
        written: dict[str, Any] = {
            "source_matchers": _matchers(self.source),
            "target_matchers": _matchers(self.target),
        }
        if self.equal:
            written["equal"] = list(self.equal)
        return written


def _matchers(labels: Mapping[str, str]) -> list[str]:
    return [f'{label}{"=~" if "|" in value else "="}"{value}"' for label, value in labels.items()]


INHIBITIONS: Final = (
    # What an office has not told is missing in each of its figures.
    Inhibition({"alertname": "ReleaseFeedSilent"}, {"component": "clearance"}, ("office",)),
    # Nor can any figure be trusted while nothing arrives or nothing gets through. Only pages: one of several workers
    # must not silence everything. A gap is no cause: positions that never get an outcome would silence it for weeks,
    # and what waits to be read shows as lag.
    Inhibition(
        {
            "alertname": "ReleaseFeedStopped|ReleaseSinkStalled|ReleasePipelineLag|ReleaseWorkerDown",
            "severity": "page",
        },
        {"component": "clearance"},
    ),
    # Nothing at all includes every single office.
    Inhibition({"alertname": "ReleaseFeedStopped"}, {"alertname": "ReleaseFeedSilent"}),
    # Events that wait in Kafka are not missing from the feed.
    Inhibition(
        {"alertname": "ReleaseSinkStalled|ReleasePipelineLag|ReleaseWorkerDown", "severity": "page"},
        {"component": "feed"},
    ),
    # Without workers, and while they can't write, everything else in the pipeline waits too.
    Inhibition(
        {"alertname": "ReleaseWorkerDown", "severity": "page"},
        {
            "alertname": "ReleasePipelineLag|ReleaseSinkStalled|ReleaseReconciliationGap|ReleaseWorkerNotReady"
            "|ReleaseWindowsStandStill"
        },
    ),
    Inhibition(
        {"alertname": "ReleaseSinkStalled"},
        {
            "alertname": "ReleasePipelineLag|ReleaseReconciliationGap|ReleaseWorkerNotReady|ReleaseWindowsStandStill"
        },
    ),
    Inhibition(
        {"alertname": "ReleasePipelineLag", "severity": "page"},
        {"alertname": "ReleaseReconciliationGap|ReleaseWindowsStandStill"},
    ),
    # Who was paged for a target needs no ticket for it.
    Inhibition(
        {"alertname": "ReleaseTargetBurnFast"},
        {"alertname": "ReleaseTargetBurnSlow"},
        ("office", "direction", "interval"),
    ),
)
"""All of them, for Alertmanager."""

"""What a rule is: a recorded series, an alert, and the groups they stand in; and every name that an alert may have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from streams.alerts.texts import Links
from streams.words import Word

Severity = Literal["page", "ticket"]
"""page: somebody must act now; ticket: somebody must act today."""

Component = Literal["clearance", "feed", "pipeline"]
"""clearance: the work of offices; feed: what the sources send; pipeline: this program."""

ALERTS: Final[Mapping[str, Component]] = {
    "ReleaseTargetBurnFast": "clearance",
    "ReleaseTargetBurnSlow": "clearance",
    "ReleaseDeclarationsStuck": "clearance",
    "ReleaseBacklogHigh": "clearance",
    "ReleaseChannelMixShift": "clearance",
    "ReleaseDeclarationsTooOld": "clearance",
    "ReleaseFeedSilent": "feed",
    "ReleaseFeedStopped": "feed",
    "ReleasePipelineLag": "pipeline",
    "ReleaseRejectsHigh": "pipeline",
    "ReleaseSinkStalled": "pipeline",
    "ReleaseReconciliationGap": "pipeline",
    "ReleaseWorkerDown": "pipeline",
    "ReleaseWorkerNotReady": "pipeline",
    "ReleaseWindowsStandStill": "pipeline",
    "ReleaseMetricSeriesBudget": "pipeline",
}
"""Every alert there is, in the order of the runbook, and what it is about."""


@dataclass(frozen=True)
class Record:
    """A series that Prometheus computes once, for boards and alerts alike; named level:metric:operation."""

    name: str
    expr: str

    def rule(self, links: Links) -> dict[str, Any]:
        """Write it as Prometheus reads it."""
        return {"record": self.name, "expr": self.expr}


@dataclass(frozen=True)
class Alert:
    """One rule of an alert; an alert may have several, told apart by their labels.

    `lasting` is how long the expression must be true. Texts are templates of Prometheus; `board` is a path of Grafana
    with its variables.
    """

    name: str
    severity: Severity
    expr: str
    lasting: str
    summary: Word
    description: Word
    board: str
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def component(self) -> Component:
        """What it is about."""
        return ALERTS[self.name]

    def rule(self, links: Links) -> dict[str, Any]:
        """Write it as Prometheus reads it."""
        return {
            "alert": self.name,
            "expr": self.expr,
            "for": self.lasting,
            "labels": {"severity": self.severity, "component": self.component, **self.labels},
            "annotations": {
                "summary_vi": self.summary.vi,
                "summary_en": self.summary.en,
                "summary": f"{self.summary.vi} / {self.summary.en}",
                "description": f"{self.description.vi}\n{self.description.en}",
                "dashboard_url": links.board(self.board),
                "runbook_url": links.runbook_of(self.name),
            },
        }


@dataclass(frozen=True)
class Group:
    """Rules that are evaluated one after the other, every `interval`."""

    name: str
    interval: str
    rules: tuple[Record | Alert, ...]

    def document(self, links: Links) -> dict[str, Any]:
        """Write it as Prometheus reads it."""
        return {
            "name": self.name,
            "interval": self.interval,
            "rules": [rule.rule(links) for rule in self.rules],
        }

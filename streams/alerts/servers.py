"""The configuration of Prometheus and of Alertmanager that goes with the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from streams.alerts.inhibitions import INHIBITIONS
from streams.alerts.pace import Pace
from streams.alerts.pipeline import JOB

RULES_FILE: Final = "release-monitor.rules.yml"


@dataclass(frozen=True)
class Addresses:
    """Where things are: the metrics of each worker and Alertmanager as host:port, and who is told of alerts."""

    workers: Sequence[str] = ("127.0.0.1:9464",)
    alertmanager: str = "127.0.0.1:9093"
    webhook: str = "http://127.0.0.1:9095/"


def prometheus(addresses: Addresses, scrape_every: str, evaluate_every: str) -> dict[str, Any]:
    """Return the configuration of Prometheus; the rules stand in RULES_FILE beside it."""
    return {
        "global": {
            "scrape_interval": scrape_every,
            "scrape_timeout": scrape_every,
            "evaluation_interval": evaluate_every,
        },
        "rule_files": [RULES_FILE],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [addresses.alertmanager]}]}]},
        "scrape_configs": [{"job_name": JOB, "static_configs": [{"targets": list(addresses.workers)}]}],
    }


def alertmanager(addresses: Addresses, pace: Pace) -> dict[str, Any]:
    """Return the configuration of Alertmanager: pages at once, tickets gathered, both to the webhook.

    An alert of an office is a notification of its own, so that its summary says which.
    """
    return {
        "route": {
            "receiver": "tickets",
            "group_by": ["alertname", "office"],
            "group_wait": pace("1m"),
            "group_interval": pace.every("10m"),
            "repeat_interval": pace.every("12h"),
            "routes": [
                {
                    "receiver": "pages",
                    "matchers": ['severity="page"'],
                    "group_wait": pace("10s"),
                    "group_interval": pace.every("2m"),
                    "repeat_interval": pace.every("4h"),
                }
            ],
        },
        "receivers": [
            {"name": name, "webhook_configs": [{"url": addresses.webhook, "send_resolved": True}]}
            for name in ("pages", "tickets")
        ],
        "inhibit_rules": [inhibition.document() for inhibition in INHIBITIONS],
    }

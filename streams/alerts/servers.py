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
    """Where things are: the metrics of each worker and Alertmanager as host:port, and who is told of alerts.

    With `dns`, every address of a worker's host is a worker: a name that stands for several containers. Without a
    `webhook` Alertmanager shows alerts and tells nobody.
    """

    workers: Sequence[str] = ("127.0.0.1:9464",)
    dns: bool = False
    alertmanager: str = "127.0.0.1:9093"
    webhook: str = ""


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
        "scrape_configs": [{"job_name": JOB, **_workers(addresses)}],
    }


def _workers(addresses: Addresses) -> dict[str, Any]:
    if not addresses.dns:
        return {"static_configs": [{"targets": list(addresses.workers)}]}
    places = [worker.rpartition(":") for worker in addresses.workers]
    return {"dns_sd_configs": [{"names": [host], "type": "A", "port": int(port)} for host, _, port in places]}


def alertmanager(addresses: Addresses, pace: Pace) -> dict[str, Any]:
    """Return the configuration of Alertmanager: pages at once, tickets gathered.

    An alert of an office is a notification of its own, so that its summary says which.
    """
    told = (
        {"webhook_configs": [{"url": addresses.webhook, "send_resolved": True}]} if addresses.webhook else {}
    )
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
        "receivers": [{"name": name, **told} for name in ("pages", "tickets")],
        "inhibit_rules": [inhibition.document() for inhibition in INHIBITIONS],
    }

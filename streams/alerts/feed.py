"""The feed: one office that sends nothing while it works, or nothing from anybody.

Where a feed is silent no figure of its offices can be trusted, so these alerts begin only in working time, and end only
when events come: not at noon, not in the evening.
"""

from __future__ import annotations

from typing import Final

from streams.alerts.catalogue import Alert, Group
from streams.alerts.pace import Pace
from streams.alerts.shared import ANYBODY_WORKING, SILENCE, SILENCE_LIMIT, WORKING, firing
from streams.alerts.texts import office
from streams.words import Word

_USUAL_SHARE: Final = 0.125
"""Of its limit of silence: an office that works and was quiet for no longer is not missed. 15 minutes of 2 hours."""


def feed(pace: Pace) -> Group:
    """Return the two alerts. A silence is told in the office's working time, so it does not grow at night."""
    quarter = pace("15m")
    return Group(
        "release-monitor-feed",
        pace.every("30s"),
        (
            Alert(
                "ReleaseFeedSilent",
                "page",
                f"{SILENCE} > {SILENCE_LIMIT}\nand on (office) ({WORKING} == 1 or {firing('ReleaseFeedSilent')})",
                pace("5m"),
                Word(
                    f"{office('vi')}: không có dữ liệu trong giờ làm việc, số liệu không đầy đủ",
                    f"{office('en')}: no data in working hours, figures are incomplete",
                ),
                Word(
                    "{{ $value | humanizeDuration }} giờ làm việc không có sự kiện nào.",
                    "{{ $value | humanizeDuration }} of working time without any event.",
                ),
                "release-pipeline/?var-office={{ $labels.office }}",
            ),
            Alert(
                "ReleaseFeedStopped",
                "page",
                f"(sum(increase(release_events_total[{quarter}])) or vector(0)) == 0\n"
                "and on () (\n"
                f"  (min_over_time({ANYBODY_WORKING}[{quarter}]) == 1"
                f" and {ANYBODY_WORKING} offset {quarter} == 1\n"
                f"   unless on () min({SILENCE} / {SILENCE_LIMIT} and on (office) {WORKING} == 1)"
                f" <= {_USUAL_SHARE})\n"
                f"  or {firing('ReleaseFeedStopped')}\n)",
                pace("5m"),
                Word(
                    "Không nhận được sự kiện nào từ mọi chi cục trong giờ làm việc",
                    "No event arrives from any office in working hours",
                ),
                Word(
                    "15 phút không có sự kiện nào được lưu; mọi số liệu trực tiếp đều cũ.",
                    "15 minutes without one event stored; all live figures are old.",
                ),
                "release-pipeline/",
            ),
        ),
    )

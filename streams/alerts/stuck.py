"""Declarations that do not move: past the limit of their stage, or open for a month."""

from __future__ import annotations

from typing import Final

from streams.alerts.catalogue import Alert, Group, Record
from streams.alerts.pace import Pace
from streams.alerts.shared import OPEN, OPEN_IN_STAGE, STUCK, WORKED_LATELY, firing, latest
from streams.alerts.texts import office, word
from streams.words import Word

MOST_STUCK: Final = 3
"""So many declarations past the limit of their stage are no incident."""

MOST_STUCK_SHARE: Final = 0.5
"""Nor is a smaller share of those that are open in the stage: at a busy office some always are."""

ENDS_AT_SHARE: Final = 0.25
"""Where it was an incident, it is over below this share: people work off what is stuck and what is not, so the share
goes up and down about the half for hours."""

MOST_OLD: Final = 5
"""So many declarations open for 30 days are no incident."""

MOST_OLD_SHARE: Final = 0.02
"""Nor is a smaller share of what is open."""

_STAGES: Final = (
    "registered",
    "dossier",
    "document_check",
    "amendment",
    "inspection",
    "specialised",
    "payment",
    "decision",
    "held",
)
"""Where an open declaration can be."""

_OLD: Final = "office:release_open_older_declarations:sum30d"


def stuck(pace: Pace) -> Group:
    """Return the two alerts. Customs is paged while its office works; for all others there is a ticket."""
    too_many = _too_many(STUCK, pace)
    paged = _too_many(f'{STUCK}{{waiting_on="customs"}}', pace)
    works = f"on (office) ({WORKED_LATELY} == 1)"
    older = latest('release_open_older_declarations{age="30d"}', pace)
    return Group(
        "release-monitor-stuck",
        pace.every("30s"),
        (
            _stuck("page", f"{paged}\nand {works}", pace),
            _stuck("ticket", f"{too_many}\nunless\n({paged}\nand {works})", pace),
            Record(
                _OLD,
                f"sum by (office) (max without (instance) ({older}))",
            ),
            Alert(
                "ReleaseDeclarationsTooOld",
                "ticket",
                f"{_OLD} > clamp_min({MOST_OLD_SHARE:g} * ({OPEN} or 0 * {_OLD}), {MOST_OLD})",
                pace("1h"),
                Word(
                    f"{office('vi')}: {{{{ $value }}}} tờ khai chưa thông quan sau 30 ngày",
                    f"{office('en')}: {{{{ $value }}}} declarations not released after 30 days",
                ),
                Word(
                    f"Nhiều hơn {MOST_OLD} tờ khai và hơn {MOST_OLD_SHARE:.0%} số đang làm thủ tục.",
                    f"More than {MOST_OLD}, and more than {MOST_OLD_SHARE:.0%} of what is open.",
                ),
                "release-open/?var-office={{ $labels.office }}",
            ),
        ),
    )


def _too_many(stuck: str, pace: Pace) -> str:
    """Return the places where too many are stuck, or still are; its value is how many.

    What fired lately counts as firing: in the evening the ticket waits ten minutes after the page has ended.
    """
    opened = f"({OPEN_IN_STAGE} or 0 * {STUCK})"
    fired = f"last_over_time({firing('ReleaseDeclarationsStuck')}[{pace('15m')}])"
    return (
        f"(\n  {stuck} > clamp_min({MOST_STUCK_SHARE:g} * {opened}, {MOST_STUCK})\n"
        f"  or {stuck} > clamp_min({ENDS_AT_SHARE:g} * {opened}, {MOST_STUCK})"
        f" and on (office, stage, waiting_on) {fired}\n)"
    )


def _stuck(severity: str, expr: str, pace: Pace) -> Alert:
    return Alert(
        "ReleaseDeclarationsStuck",
        "page" if severity == "page" else "ticket",
        expr,
        pace("10m"),
        Word(
            f"{office('vi')}: {{{{ $value }}}} tờ khai ùn lại ở khâu {word('stage', 'vi', _STAGES)},"
            f" bên phải xử lý: {word('waiting_on', 'vi')}",
            f"{office('en')}: {{{{ $value }}}} declarations stuck, stage {word('stage', 'en', _STAGES)},"
            f" who must act: {word('waiting_on', 'en')}",
        ),
        Word(
            f"Quá thời hạn của khâu; nhiều hơn {MOST_STUCK} tờ khai và hơn {MOST_STUCK_SHARE:.0%} số đang ở khâu đó.",
            f"Past the limit of the stage; over {MOST_STUCK}, and over {MOST_STUCK_SHARE:.0%} of those in it.",
        ),
        "release-office/?var-office={{ $labels.office }}",
    )

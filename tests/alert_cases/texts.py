"""What people are told: names of offices in both languages, fixed words, numbers, links."""

from __future__ import annotations

from alert_cases import feed, mix, stuck, targets
from alert_cases.case import Case, climb, hold


def named(steps: int, office: str, vi: str, en: str) -> dict[str, str]:
    """What is known of an office."""
    of = f'office="{office}", name_vi="{vi}", name_en="{en}", department="27ZZ", instance="a"'
    return {f"release_office_info{{{of}}}": hold(1, steps)}


NA_MEO = "Hải quan cửa khẩu quốc tế Na Mèo", "Na Meo International Border Gate Customs"
BOARDS, RUNBOOK = "http://127.0.0.1:3000/d", "docs/runbook.md"

CASES = [
    Case(
        "an office is named in both languages",
        stuck.STUCK,
        {
            **stuck.inspections(hold(6, 30), hold(7, 30)),
            **stuck.working(hold(1, 30)),
            **named(30, "27B1", *NA_MEO),
        },
        {"25m": stuck.PAGE},
        ("shared", "stuck"),
        told={
            "summary_vi": (
                vi := "Hải quan cửa khẩu quốc tế Na Mèo (27B1): 6 tờ khai ùn lại ở khâu kiểm tra thực tế,"
                " bên phải xử lý: hải quan"
            ),
            "summary_en": (
                en
                := "Na Meo International Border Gate Customs (27B1): 6 declarations stuck, stage inspection,"
                " who must act: customs"
            ),
            "summary": f"{vi} / {en}",
            "description": "Quá thời hạn của khâu; nhiều hơn 3 tờ khai và hơn 50% số đang ở khâu đó.\n"
            "Past the limit of the stage; over 3, and over 50% of those in it.",
            "dashboard_url": f"{BOARDS}/release-office/?var-office=27B1",
            "runbook_url": f"{RUNBOOK}#releasedeclarationsstuck",
        },
    ),
    Case(
        "an office of which nothing is known has its code",
        feed.SILENT,
        {
            **feed.silence(hold(9_000, 6)),
            **feed.limit(2, 6),
            **feed.working(hold(1, 6)),
        },
        {"25m": feed.PAGE},
        ("shared", "feed"),
        step="5m",
        told={
            "summary_vi": "27B1: không có dữ liệu trong giờ làm việc, số liệu không đầy đủ",
            "summary_en": "27B1: no data in working hours, figures are incomplete",
            "summary": "27B1: không có dữ liệu trong giờ làm việc, số liệu không đầy đủ"
            " / 27B1: no data in working hours, figures are incomplete",
            "description": "2h 30m 0s giờ làm việc không có sự kiện nào.\n"
            "2h 30m 0s of working time without any event.",
            "dashboard_url": f"{BOARDS}/release-pipeline/?var-office=27B1",
            "runbook_url": f"{RUNBOOK}#releasefeedsilent",
        },
    ),
    Case(
        "shares are told in percent, intervals by their names",
        targets.FAST,
        {
            **targets.steady(0.5, 4.5, 24),
            **targets.target(0.95, 24),
            **named(24, "27F1", "Hải quan cửa khẩu cảng Thanh Hóa", "Thanh Hoa Port Customs"),
        },
        {"115m": targets.PAGE},
        ("targets",),
        step="5m",
        told={
            "summary_vi": (
                vi := "Hải quan cửa khẩu cảng Thanh Hóa (27F1), nhập khẩu: quá nhiều tờ khai trễ hạn,"
                " Kiểm tra thực tế hàng hóa"
            ),
            "summary_en": (
                en := "Thanh Hoa Port Customs (27F1), import: too many are late, Physical inspection"
            ),
            "summary": f"{vi} / {en}",
            "description": "90% trễ hạn trong 1 hoặc 6 giờ gần đây.\n90% were late in the last 1 or 6 hours.",
            "dashboard_url": f"{BOARDS}/release-office/?var-office=27F1&var-direction=import&var-interval=INSP",
            "runbook_url": f"{RUNBOOK}#releasetargetburnfast",
        },
    ),
    Case(
        "channels by their colours",
        mix.MIX,
        {
            f'{mix.COUNTER}, channel="{channel}"}}': climb(0, was, 144)
            + " "
            + climb(was * 143 + now, now, 36)
            for channel, was, now in zip("123", (11, 8, 1), (9, 8, 3), strict=True)
        },
        {"168h": [mix.shifted("3")]},
        ("mix",),
        step="1h",
        told={
            "summary_vi": (vi := "27F1, nhập khẩu: tỷ lệ luồng đỏ là 15%, khác hẳn bốn tuần trước"),
            "summary_en": (en := "27F1, import: 15% go to red, unlike the four weeks before"),
            "summary": f"{vi} / {en}",
            "description": "Tính trên thông báo phân luồng lần đầu của 24 giờ qua.\n"
            "Of the first channel notices of the last 24 hours.",
            "dashboard_url": f"{BOARDS}/release-office/?var-office=27F1&var-direction=import",
            "runbook_url": f"{RUNBOOK}#releasechannelmixshift",
        },
    ),
]

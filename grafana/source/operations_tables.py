"""Tables of the board Operations."""

from __future__ import annotations

from grafana.source import links, promql
from grafana.source.colours import TEXT
from grafana.source.looks import (
    LENGTH,
    NUMBER,
    PERCENT,
    SECONDS,
    SHARE,
    Limits,
    Look,
    in_words,
)
from grafana.source.panels import Head, Panel, note
from grafana.source.parts import (
    BUDGET,
    EXPECTED,
    OFFICE_NAMES,
    OLD,
    PAST,
    SHARES,
    STANDS,
    STUCK,
    office_columns,
    stands,
)
from grafana.source.sql import OFFICE_LABEL, OFFICES, ZONE, one_or_all, rolled
from grafana.source.tables import Asked, Column, asked_table, matrix, stored_table
from grafana.source.words import OFFICES as OFFICE_WORDS
from grafana.source.words import intervals
from streams.words import Word


def offices() -> Panel:
    """Build each office as it stands now."""
    by = "office"
    hours = [
        Asked(
            promql.expected_by(by, f"{h}h"),
            Word(f"+{h} giờ", f"+{h} h"),
            EXPECTED,
        )
        for h in (1, 4, 8, 24)
    ]
    return asked_table(
        Head(
            Word("Chi cục lúc này", "Offices now"),
            Word(
                "Mỗi dòng một chi cục. +1, +4, +8, +24 giờ: dự kiến bao nhiêu khoảng thời gian nữa sẽ quá hạn"
                " trong thời gian"
                " đó. Không dữ liệu: giờ làm việc từ sự kiện gần nhất. Bấm vào mã để xem chi cục.",
                "A row for each office. +1, +4, +8, +24 h: how many more intervals are expected to miss their"
                " target within"
                " that time. Silence: working time since the latest event. Click a code to see the office.",
            ),
        ),
        office_columns(),
        [
            Asked(promql.open_by(by), Word("Đang mở", "Open"), NUMBER),
            Asked(promql.stuck_by(by), Word("Ùn tắc", "Stuck"), STUCK),
            Asked(promql.oldest_by(by), Word("Lâu nhất", "Oldest"), OLD),
            Asked(promql.past_target_by(by), Word("Đã quá hạn", "Past target"), PAST),
            *hours,
            Asked(
                f"min by (office) (release_feed_silence_seconds{{{promql.OFFICE}}})",
                Word("Không dữ liệu", "Silence"),
                Look(SECONDS, limits=Limits(3_600, 7_200, TEXT)),
            ),
        ],
        names=OFFICE_NAMES,
        sort=Word("Ùn tắc", "Stuck"),
    )


def today() -> Panel:
    """Build what came in and went out today, and the backlog against last week."""
    direction = one_or_all("direction", "direction")
    sql = f"""WITH toDate((SELECT now FROM clock), '{ZONE}') AS today
SELECT place, sum(came) AS came_today, sum(went) AS went_today, sum(is_open) AS open_now,
       max(was_open) AS open_then, open_now / nullIf(open_then, 0) - 1 AS change
FROM
(
    SELECT {OFFICE_LABEL} AS place, toUInt64(registered_on = today) AS came,
           toUInt64(ifNull(released_on = today, 0)) AS went, toUInt64(status = 'open') AS is_open,
           CAST(NULL, 'Nullable(UInt64)') AS was_open
    FROM declarations_current
    WHERE in_scope AND {OFFICES} AND {direction}
    UNION ALL
    SELECT office, 0, 0, 0, toUInt64(open_n)
    FROM windows
    WHERE window_size = '7d' AND interval_code = 'REG_REL' AND clock = 'elapsed' AND channel = 'all'
      AND direction = {rolled("direction")} AND office IN (${{office:singlequote}})
      AND window_end = toStartOfHour((SELECT now FROM clock) - INTERVAL 7 DAY)
)
GROUP BY place
HAVING came_today + went_today + open_now > 0
ORDER BY open_now DESC"""
    return stored_table(
        Head(
            Word("Hôm nay, so với tuần trước", "Today, against last week"),
            Word(
                "Đăng ký và quyết định trong ngày, theo lịch của chi cục; số đang mở lúc này so với cùng giờ"
                " này tuần trước."
                " Trống: kho chưa có số của tuần trước.",
                "Registered and decided today, on the office's calendar; open now against the same hour of"
                " last week."
                " Empty: the store has no figure of last week yet.",
            ),
        ),
        sql,
        [
            Column("place", Word("Chi cục", "Office"), Look("string", None, said=in_words(OFFICE_WORDS)), 90),
            Column("came_today", Word("Vào", "In"), NUMBER),
            Column("went_today", Word("Ra", "Out"), NUMBER),
            Column("open_now", Word("Đang mở", "Open"), NUMBER),
            Column("open_then", Word("Tuần trước", "Last week"), NUMBER),
            Column("change", Word("Thay đổi", "Change"), Look(SHARE, 0, Limits(0.25, 0.5, TEXT))),
        ],
    )


def live() -> Panel:
    """Build how long it takes, open ones included."""

    def asked(stat: str, direction: str, title: Word) -> Asked:
        where = f'office=~"all|${{office:regex}}",direction="{direction}",channel="all",interval="REG_REL"'
        return Asked(promql.window(f"live_{stat}", "7d", where, "office"), title, LENGTH)

    return asked_table(
        Head(
            Word("Trực tiếp, 7 ngày, cả đang mở", "Live, 7 days, open ones included"),
            Word(
                "Từ đăng ký đến quyết định, của tờ khai đăng ký trong 7 ngày; tờ khai còn mở được tính với"
                " tuổi hiện có. Trống:"
                " chưa đủ số tờ khai xong để biết.",
                "Registration to release, of what was registered in the last 7 days; what is still open"
                " counts with the age it"
                " has. Empty: not enough are through to tell.",
            ),
        ),
        [Column("office", Word("Chi cục", "Office"), Look("string", None, said=in_words(OFFICE_WORDS)), 90)],
        [
            asked("p50", "import", Word("Nhập, 50 %", "Import P50")),
            asked("p90", "import", Word("Nhập, 90 %", "Import P90")),
            asked("p50", "export", Word("Xuất, 50 %", "Export P50")),
            asked("p90", "export", Word("Xuất, 90 %", "Export P90")),
        ],
    )


def throughput() -> Panel:
    """Build what was completed, and how long that alone took."""

    def where(direction: str) -> str:
        return f'office=~"all|${{office:regex}}",direction="{direction}",channel="all",interval="REG_REL"'

    asked = []
    for direction, name in (("import", Word("Nhập", "Import")), ("export", Word("Xuất", "Export"))):
        asked += [
            Asked(
                promql.throughput("$window", where(direction), "office"),
                Word(f"{name.vi}, số", f"{name.en} n"),
                NUMBER,
            ),
            Asked(
                promql.window("mean", "$window", where(direction), "office"),
                Word(f"{name.vi}, bình quân", f"{name.en} mean"),
                LENGTH,
            ),
            Asked(
                promql.window("p90", "$window", where(direction), "office"),
                Word(f"{name.vi}, 90 %", f"{name.en} P90"),
                LENGTH,
            ),
        ]
    return asked_table(
        Head(
            Word("Thông lượng: chỉ đã xong, cửa sổ đã chọn", "Throughput: completed only, selected window"),
            Word(
                "Tờ khai có quyết định trong cửa sổ đã chọn, và thời gian của riêng chúng. Không nói gì về tờ"
                " khai còn mở: khi"
                " mọi thứ đang ùn tắc, số này rất đẹp.",
                "What was decided in the selected window, and how long that alone had taken. It says nothing"
                " of what is open:"
                " while everything is stuck it looks excellent.",
            ),
        ),
        [Column("office", Word("Chi cục", "Office"), Look("string", None, said=in_words(OFFICE_WORDS)), 90)],
        asked,
    )


def two_views() -> Panel:
    """Build the note on the difference of the two."""
    return note(
        Word("Đọc thế nào", "How to read this"),
        Word(
            "**Trực tiếp 7 ngày** gần với sự thật. **24 giờ** luôn lạc quan: tờ khai lâu chưa kịp xong."
            " **Thông lượng** chỉ"
            " đếm việc đã xong. Con số chính thức theo tháng đăng ký, sau 30 ngày theo dõi: xem bảng Phân"
            " tích.",
            "**Live over 7 days** is close to the truth. **24 hours** is optimistic: what takes long has not"
            " had the time."
            " **Throughput** counts completed work only. The official figure goes by month of registration,"
            " followed for 30"
            " days: see the board Analysis.",
        ),
    )


def targets() -> Panel:
    """Build how far each target is kept."""
    by, where = "office, interval", promql.PLACE
    judged = f"0 * sum by ({by}) (release_decisions_total{{{where}}})"
    hours = [
        Asked(promql.expected_by(by, f"{h}h"), Word(f"+{h} giờ", f"+{h} h"), EXPECTED) for h in (1, 4, 8, 24)
    ]
    return asked_table(
        Head(
            Word(
                "Thời hạn: đạt bao nhiêu, còn được trễ bao nhiêu", "Targets: how many keep them, what is left"
            ),
            Word(
                "Tỷ lệ đạt trong cửa sổ đã chọn; trễ được tính ngay khi hết hạn. Còn lại: phần số trễ cho"
                " phép chưa dùng; 100 %"
                " chưa dùng gì, 0 % đã hết, dưới 0 là không đạt. +1, +4, +8, +24 giờ: dự kiến trễ thêm.",
                "Share kept over the selected window; late counts as soon as the target expires. Left: the"
                " part of the allowed"
                " misses that is not used; 100 % nothing, 0 % all of it, below 0 the target is missed. +1,"
                " +4, +8, +24 h:"
                " expected to come.",
            ),
        ),
        [
            Column(
                "office",
                Word("Chi cục", "Office"),
                Look("string", None, said=in_words(OFFICE_WORDS)),
                90,
                links.to_office_of_row(),
            ),
            Column(
                "interval",
                Word("Khoảng thời gian", "Interval"),
                Look("string", None, said=in_words(intervals())),
                330,
            ),
        ],
        [
            Asked(
                f"{judged} + on (interval) group_left () max by (interval) (release_target_seconds)",
                Word("Hạn", "Limit"),
                LENGTH,
            ),
            Asked(
                f"{judged} + on (interval) group_left () {promql.required()}",
                Word("Phải đạt", "Required"),
                PERCENT,
            ),
            Asked(promql.share_within(by, where), Word("Đạt", "Kept"), SHARES),
            Asked(promql.budget_left(by, where), Word("Còn lại", "Left"), BUDGET),
            Asked(promql.past_target_by(by), Word("Đang trễ", "Late now"), PAST),
            *hours,
        ],
        sort=Word("Đang trễ", "Late now"),
    )


def stages() -> Panel:
    """Build what is open by stage and who must act."""
    return matrix(
        Head(
            Word("Đang mở: công việc và bên phải xử lý", "Open: stage, and who must act"),
            Word(
                "Mỗi dòng một công việc và bên phải xử lý, mỗi cột một chi cục.",
                "A row for each stage and who must act in it, a column for each office.",
            ),
        ),
        stands("release_open_declarations"),
        STANDS,
        "office",
        NUMBER,
    )


def stuck_stages() -> Panel:
    """Build what is stuck by stage and who must act."""
    return matrix(
        Head(
            Word("Ùn tắc: quá hạn của công việc", "Stuck: past the limit of the stage"),
            Word(
                "Trong đó đã quá thời hạn của công việc ấy. Trống hoặc 0: không có.",
                "Of these, past the limit of that stage. Empty or 0: none.",
            ),
        ),
        stands("release_stuck_declarations"),
        STANDS,
        "office",
        STUCK,
    )

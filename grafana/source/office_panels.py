"""Panels of the board Office: stages, windows over time, targets, the feed."""

from __future__ import annotations

from typing import Final

from grafana.source import promql, variables
from grafana.source.looks import COUNT, IN_HOURS, NUMBER, PERCENT, Look, in_words
from grafana.source.panels import Ask, Head, Panel, bars, lines
from grafana.source.parts import BUDGET, PAST, SHARES, STUCK
from grafana.source.tables import Asked, Column, asked_table
from grafana.source.words import channels, directions, intervals
from streams.words import STAGES, WAITING_ON, Word, Words

_AGES: Final = {
    "2h_working": Word("quá 2 giờ làm việc", "over 2 working h"),
    "8h_working": Word("quá 8 giờ làm việc", "over 8 working h"),
    "15d": Word("quá 15 ngày", "over 15 days"),
    "30d": Word("quá 30 ngày", "over 30 days"),
    "target": Word("quá thời hạn của tờ khai", "past its target"),
}
"""The fixed ages of the label `age`."""


def stages() -> Panel:
    """Build where open declarations stand."""
    by = "direction, channel, stage, waiting_on"

    def words(of: Words) -> Look:
        return Look("string", None, said=in_words(of))

    return asked_table(
        Head(
            Word("Công việc hiện tại", "Stages now"),
            Word(
                "Tờ khai đang mở theo loại, luồng, công việc và bên phải xử lý; ùn tắc là quá thời hạn của công"
                " việc ấy.",
                "Open declarations by direction, channel, stage and who must act; stuck are those past the"
                " limit of that stage.",
            ),
        ),
        [
            Column("direction", Word("Loại", "Direction"), words(directions()), 120),
            Column("channel", Word("Luồng", "Channel"), words(channels()), 125),
            Column("stage", Word("Công việc", "Stage"), words(STAGES), 290),
            Column("waiting_on", Word("Bên phải xử lý", "Waits for"), words(WAITING_ON), 250),
        ],
        [
            Asked(promql.open_by(by, promql.CELL), Word("Đang mở", "Open"), NUMBER),
            Asked(promql.stuck_by(by, promql.CELL), Word("Ùn tắc", "Stuck"), STUCK),
        ],
        sort=Word("Ùn tắc", "Stuck"),
    )


def ages() -> Panel:
    """Build how many are older than each mark."""
    return bars(
        Head(
            Word("Đang mở, theo tuổi", "Open, by age"),
            Word(
                "Bao nhiêu tờ khai đang mở đã lâu hơn từng mốc. Quá 30 ngày là con số các nước công bố: không"
                " xong trong tháng.",
                "How many open ones are older than each mark. Over 30 days is what others publish: not"
                " processed within a month.",
            ),
        ),
        [
            Ask(
                promql.total(
                    "release_open_older_declarations",
                    f'{promql.CELL},age="{age}"',
                    "office, direction, channel, age",
                ),
                f"{word.vi} · {word.en}",
            )
            for age, word in _AGES.items()
        ],
        NUMBER,
    )


_STATS: Final = {
    "mean": Word("bình quân, đã xong", "mean, completed"),
    "p50": Word("50 %, đã xong", "P50, completed"),
    "p90": Word("90 %, đã xong", "P90, completed"),
    "live_p50": Word("50 %, cả đang mở", "P50, live"),
    "live_p90": Word("90 %, cả đang mở", "P90, live"),
}


def window(size: str) -> Panel:
    """Build how long it takes over time, by one size of window."""
    by = "office, direction, channel, interval"
    where = f'{promql.ROLLED},interval="$interval"'
    name = variables.WINDOWS[size]
    caution = (
        Word(" 24 giờ luôn lạc quan.", " 24 h is optimistic.") if size in ("1h", "24h") else Word("", "")
    )
    return lines(
        Head(
            Word(f"Cửa sổ {name.vi}", f"Window of {name.en}"),
            Word(
                "Thông lượng (đã xong trong cửa sổ) và trực tiếp (đăng ký trong cửa sổ, cả đang mở). Đứt"
                " đoạn: chưa đạt phân vị"
                f" đó.{caution.vi}",
                "Throughput (completed in the window) and live (registered in it, open ones included). A gap:"
                " that quantile is"
                f" not reached.{caution.en}",
            ),
        ),
        [
            Ask(f"{promql.window(stat, size, where, by)} / 3600", f"{{{{office}}}} {word.vi} · {word.en}")
            for stat, word in _STATS.items()
        ],
        IN_HOURS,
    )


def throughput() -> Panel:
    """Build how many were completed."""
    where = f'{promql.ROLLED},interval="$interval"'
    return lines(
        Head(
            Word("Thông lượng trong cửa sổ đã chọn", "Throughput in the selected window"),
            Word(
                "Bao nhiêu tờ khai đã xong khoảng thời gian đã chọn trong cửa sổ.",
                "How many declarations completed the selected interval in the window.",
            ),
        ),
        [Ask(promql.throughput("$window", where, "office"), "{{office}}")],
        NUMBER,
    )


def open_over_time() -> Panel:
    """Build what is open over time, by who must act."""
    who = list(WAITING_ON)
    names = [f"{WAITING_ON[name].vi} · {WAITING_ON[name].en}" for name in who]
    return lines(
        Head(
            Word("Đang mở, theo bên phải xử lý", "Open, by who must act"),
            Word("Chồng lên nhau: tổng là số đang mở.", "Stacked: the whole is what is open."),
        ),
        [
            Ask(promql.total("release_open_declarations", f'{promql.CELL},waiting_on="{name}"'), said)
            for name, said in zip(who, names, strict=True)
        ],
        NUMBER,
        stacked=True,
    )


def targets() -> Panel:
    """Build how far targets are kept."""
    by, where = "office, interval", promql.CELL
    judged = f"0 * sum by ({by}) (release_decisions_total{{{where}}})"
    return asked_table(
        Head(
            Word("Thời hạn", "Targets"),
            Word(
                "Tỷ lệ đạt trong cửa sổ đã chọn; còn lại: phần số trễ cho phép chưa dùng.",
                "Share kept over the selected window; left: the part of the allowed misses that is not used.",
            ),
        ),
        [
            Column("office", Word("Chi cục", "Office"), width=90),
            Column(
                "interval",
                Word("Khoảng thời gian", "Interval"),
                Look("string", None, said=in_words(intervals())),
                330,
            ),
        ],
        [
            Asked(
                f"{judged} + on (interval) group_left () {promql.required()}",
                Word("Phải đạt", "Required"),
                PERCENT,
            ),
            Asked(promql.share_within(by, where), Word("Đạt", "Kept"), SHARES),
            Asked(promql.budget_left(by, where), Word("Còn lại", "Left"), BUDGET),
            Asked(promql.past_target_by(by), Word("Đang trễ", "Late now"), PAST),
        ],
    )


def late_over_time() -> Panel:
    """Build verdicts over time."""

    def judged(verdict: str) -> str:
        where = f'{promql.CELL},interval="$interval",verdict="{verdict}"'
        return f"sum(increase(release_decisions_total{{{where}}}[$__rate_interval])) or vector(0)"

    return lines(
        Head(
            Word("Quyết định đúng hạn và trễ, khoảng đã chọn", "Within target and late, selected interval"),
            Word(
                "Trễ được tính khi hết hạn, không đợi đến khi có quyết định. Chỉ có với khoảng thời gian có"
                " thời hạn.",
                "Late counts when the target expires, not at the decision. Only of intervals that have a"
                " target.",
            ),
        ),
        [
            Ask(judged("within_target"), "đúng hạn · within target"),
            Ask(judged("late"), "trễ · late"),
        ],
        NUMBER,
    )


def silence() -> Panel:
    """Build how long the feed is silent."""
    return lines(
        Head(
            Word("Không có dữ liệu, và giới hạn", "Silence and its limit"),
            Word(
                "Giờ làm việc của chi cục từ sự kiện gần nhất. Trên giới hạn: dữ liệu chưa đầy đủ.",
                "The office's working time since its latest event. Above the limit: the data is incomplete.",
            ),
        ),
        [
            Ask(
                f"min by (office) (release_feed_silence_seconds{{{promql.OFFICE}}}) / 3600",
                "{{office}} không dữ liệu · silence",
            ),
            Ask(
                f"max by (office) (release_feed_silence_limit_seconds{{{promql.OFFICE}}}) / 3600",
                "{{office}} giới hạn · limit",
            ),
        ],
        IN_HOURS,
    )


def coming_in() -> Panel:
    """Build what comes in, by channel."""
    named = {code: word for code, word in channels().items() if code in ("1", "2", "3")}
    where = promql.PLACE
    return lines(
        Head(
            Word("Tờ khai vào, theo luồng", "Coming in, by channel"),
            Word(
                "Thông báo phân luồng đầu tiên mỗi giờ. Tỷ lệ các luồng thay đổi là một cảnh báo.",
                "First channel notices per hour. A mix of channels that moves is an alert.",
            ),
        ),
        [
            Ask(
                f'3600 * sum(rate(release_channel_assigned_total{{{where},channel="{code}"}}[$__rate_interval]))'
                " or vector(0)",
                f"{word.vi} · {word.en}",
            )
            for code, word in named.items()
        ],
        Look(COUNT, 1),
    )

"""Tables of the board Analysis. What each view means: docs/reference/cohorts.md and analysis.md."""

from __future__ import annotations

from typing import Final

from grafana.source.colours import CALM, WATCH
from grafana.source.looks import COUNT, IN_HOURS, LENGTH, NUMBER, PERCENT, WORD, Look, in_words
from grafana.source.panels import Head, Panel
from grafana.source.sql import WHOLE_OFFICE, one_or_all, rolled
from grafana.source.tables import Column, stored_table
from grafana.source.words import both, channels, directions
from streams.words import Word

_MATURE: Final = Look(
    "string",
    None,
    said={
        value: (both(word), colour)
        for values, word, colour in (
            (("1", "true"), Word("chính thức", "mature"), CALM),
            (("0", "false"), Word("tạm tính", "provisional"), WATCH),
        )
        for value in values
    },
)
"""The plugin gives a Bool as `true`, a UInt8 as `1`."""

_DIRECTION: Final = Column(
    "direction", Word("Loại", "Direction"), Look("string", None, said=in_words(directions())), 120
)
_MONTH: Final = Look("time:YYYY-MM", None)
CELL: Final = (
    f"office = {WHOLE_OFFICE} AND direction = {rolled('direction')} AND channel = 'all'"
    " AND interval_code = '${interval}' AND clock = '${clock}'"
)
_ADDED: Final = f"office IN (${{office:singlequote}}) AND {one_or_all('direction', 'direction')}"
"""Rows of views without roll-ups, whose numbers can be added up."""
_MONTHS: Final = "month >= toStartOfMonth($__fromTime) AND month <= $__toTime"


def cohorts() -> Panel:
    """Build the official figures of each month."""
    sql = f"""SELECT toDateTime(cohort_month) AS time, n, population_n, open_share, cancelled_n, coverage,
       mean_s, p50_s, p90_s, toString(is_mature) AS is_mature
FROM cohort_monthly
WHERE {CELL} AND cohort_month >= toStartOfMonth($__fromTime) AND cohort_month <= $__toTime
ORDER BY cohort_month DESC"""
    return stored_table(
        Head(
            Word("Số chính thức theo tháng đăng ký", "Official figures by month of registration"),
            Word(
                "n: có độ dài; N: lẽ ra phải có. Độ phủ: bao nhiêu trong số đã xong đo được.",
                "n: with a length; N: should have one. Coverage: of those that are over, how many are"
                " measured.",
            ),
        ),
        sql,
        [
            Column("time", Word("Tháng", "Month"), _MONTH, 80),
            Column("n", Word("n", "n"), NUMBER),
            Column("population_n", Word("N", "N"), NUMBER),
            Column("open_share", Word("Còn mở", "Open"), Look("percentunit", 2)),
            Column("cancelled_n", Word("Đã hủy", "Cancelled"), NUMBER),
            Column("coverage", Word("Độ phủ", "Coverage"), PERCENT),
            Column("mean_s", Word("Bình quân", "Mean"), LENGTH, 105),
            Column("p50_s", Word("Trung vị", "P50"), LENGTH, 105),
            Column("p90_s", Word("90 %", "P90"), LENGTH, 105),
            Column("is_mature", Word("Tình trạng", "State"), _MATURE, 185),
        ],
    )


def year_on_year() -> Panel:
    """Build the comparison of each month with the same month of the year before."""
    sql = f"""SELECT toDateTime(makeDate(year, month, 1)) AS time, direction, n_last, n, mean_last_s, mean_s,
       raw_change_s / 3600 AS raw_h, standardised_change_s / 3600 AS standardised_h, matched_share,
       toString(is_mature AND is_mature_last) AS is_mature
FROM year_on_year
WHERE period = 'month' AND office = {WHOLE_OFFICE} AND channel = 'all'
  AND interval_code = '${{interval}}' AND clock = '${{clock}}' AND {one_or_all("direction", "direction")}
  AND makeDate(year, greatest(month, 1), 1) >= toStartOfMonth($__fromTime)
ORDER BY time DESC, direction"""
    return stored_table(
        Head(
            Word("So với cùng tháng năm trước", "Against the same month of the year before"),
            Word(
                "Thô: hiệu của hai bình quân. Chuẩn hóa: như khi tỷ lệ chi cục, loại và luồng giữ như năm"
                " trước. Khớp: phần tờ khai"
                " năm trước mà số chuẩn hóa dựa vào.",
                "Raw: the difference of the means. Standardised: as if offices, directions and channels had"
                " last year's shares."
                " Matched: the share of last year's declarations that it stands on.",
            ),
        ),
        sql,
        [
            Column("time", Word("Tháng", "Month"), _MONTH, 80),
            _DIRECTION,
            Column("n_last", Word("n trước", "n last"), NUMBER),
            Column("n", Word("n nay", "n this"), NUMBER),
            Column("mean_last_s", Word("Trước", "Last"), LENGTH, 105),
            Column("mean_s", Word("Nay", "This"), LENGTH, 105),
            Column("raw_h", Word("Thô", "Raw"), IN_HOURS),
            Column("standardised_h", Word("Chuẩn hóa", "Standardised"), IN_HOURS),
            Column("matched_share", Word("Khớp", "Matched"), PERCENT),
            Column("is_mature", Word("Tình trạng", "State"), _MATURE, 185),
        ],
    )


def progress() -> Panel:
    """Build the year so far, beside last year and the target of the year."""
    measures = {
        "declarations": Word("số tờ khai", "declarations"),
        "turnover_usd": Word("kim ngạch, USD", "turnover, USD"),
        "revenue_vnd": Word("thu ngân sách, VND", "revenue, VND"),
    }
    sql = f"""SELECT year, measure, toFloat64(actual) AS actual, of_last_year_to_date,
       toFloat64(target) AS target, of_target, through
FROM yearly_progress
WHERE office = {WHOLE_OFFICE} AND direction = 'all' AND year >= toYear($__fromTime)
ORDER BY year DESC, measure"""
    return stored_table(
        Head(
            Word("Từ đầu năm", "The year so far"),
            Word(
                "So với cùng kỳ năm trước, và với chỉ tiêu năm nếu có.",
                "Against last year to the same day, and the target of the year where one is set.",
            ),
        ),
        sql,
        [
            Column("year", Word("Năm", "Year"), Look("none", 0), 80),
            Column(
                "measure", Word("Chỉ tiêu", "Measure"), Look("string", None, said=in_words(measures)), 240
            ),
            Column("actual", Word("Đã đạt", "Reached"), NUMBER, 135),
            Column("of_last_year_to_date", Word("So cùng kỳ", "Of last year"), PERCENT),
            Column("target", Word("Chỉ tiêu năm", "Target"), NUMBER, 135),
            Column("of_target", Word("Đạt", "Of target"), PERCENT),
            Column("through", Word("Đến ngày", "Through"), WORD, 95),
        ],
    )


def shares() -> Panel:
    """Build the shares that other administrations publish."""
    sql = f"""SELECT toDateTime(month) AS time, direction, sum(n) AS declarations, sum(open_n) AS still_open,
       sum(same_day_n) / sum(n) AS same_day, sum(five_days_n) / nullIf(sum(five_days_known_n), 0) AS five_days,
       sum(not_in_month_n) / nullIf(sum(followed_n), 0) AS not_in_month
FROM release_shares
WHERE {_ADDED} AND {_MONTHS}
GROUP BY month, direction
ORDER BY month DESC, direction"""
    return stored_table(
        Head(
            Word("Trong ngày, từ 5 ngày, không xong trong tháng", "Same day, five days, not within a month"),
            Word(
                "Tỷ lệ các nước công bố. Chưa đủ thời gian theo dõi thì để trống.",
                "The shares that others publish. Empty where there has not been the time to tell.",
            ),
        ),
        sql,
        [
            Column("time", Word("Tháng", "Month"), _MONTH, 80),
            _DIRECTION,
            Column("declarations", Word("Tờ khai", "n"), NUMBER),
            Column("still_open", Word("Còn mở", "Open"), NUMBER),
            Column("same_day", Word("Trong ngày", "Same day"), PERCENT),
            Column("five_days", Word("Từ 5 ngày", "≥ 5 days"), PERCENT),
            Column("not_in_month", Word("Quá tháng", "> a month"), Look("percentunit", 2)),
        ],
    )


def spread() -> Panel:
    """Build how lengths lie, and what is left without the outliers."""
    sql = f"""SELECT year, direction, n, mean_s, median_s, sd_s, q1_s, q3_s, outlier_n, trimmed_mean_s
FROM interval_distribution
WHERE office = {WHOLE_OFFICE} AND channel = 'all' AND interval_code = '${{interval}}' AND clock = '${{clock}}'
  AND {one_or_all("direction", "direction")} AND year >= toYear($__fromTime)
ORDER BY year DESC, direction"""
    return stored_table(
        Head(
            Word("Độ dài phân bố thế nào", "How lengths lie"),
            Word(
                "Ngoại lệ: dài hơn Q3 + 3 × (Q3 − Q1). Cắt: bình quân khi bỏ ngoại lệ.",
                "Outliers: longer than Q3 + 3 × (Q3 − Q1). Trimmed: the mean without them.",
            ),
        ),
        sql,
        [
            Column("year", Word("Năm", "Year"), Look("none", 0), 70),
            _DIRECTION,
            Column("n", Word("n", "n"), NUMBER, 80),
            Column("mean_s", Word("Bình quân", "Mean"), LENGTH, 105),
            Column("median_s", Word("Trung vị", "Median"), LENGTH, 105),
            Column("sd_s", Word("Lệch", "SD"), LENGTH, 105),
            Column("q1_s", Word("Q1", "Q1"), LENGTH, 105),
            Column("q3_s", Word("Q3", "Q3"), LENGTH, 105),
            Column("outlier_n", Word("Ngoại lệ", "Outliers"), NUMBER),
            Column("trimmed_mean_s", Word("Cắt", "Trimmed"), LENGTH, 105),
        ],
    )


def migration() -> Panel:
    """Build from which channel to which declarations went, and how long each way took."""
    words = Look("string", None, said=in_words(channels()))
    sql = f"""SELECT direction, channel_initial, channel_final, sum(n) AS declarations,
       sum(mean_s * measured_n) / nullIf(sum(measured_n), 0) AS mean
FROM channel_migration
WHERE {_ADDED} AND {_MONTHS}
GROUP BY direction, channel_initial, channel_final
ORDER BY direction, channel_initial, channel_final"""
    return stored_table(
        Head(
            Word("Chuyển luồng", "Changes of channel"),
            Word(
                "Từ luồng được báo đầu tiên đến luồng khi có quyết định, và bình quân từ đăng ký đến quyết"
                " định.",
                "From the channel said first to the one at the release, and the mean from registration to"
                " release.",
            ),
        ),
        sql,
        [
            _DIRECTION,
            Column("channel_initial", Word("Ban đầu", "At first"), words, 135),
            Column("channel_final", Word("Khi quyết định", "At the release"), words, 135),
            Column("declarations", Word("Tờ khai", "n"), NUMBER),
            Column("mean", Word("Bình quân", "Mean"), LENGTH, 105),
        ],
    )


def kinds() -> Panel:
    """Build which goods take longest, by kind of declaration and means of transport."""
    transports = {
        "1": Word("hàng không", "air"),
        "2": Word("công-te-nơ", "container"),
        "3": Word("hàng rời", "bulk"),
        "4": Word("đường bộ", "road"),
        "5": Word("đường sắt", "rail"),
        "6": Word("đường sông", "river"),
        "9": Word("khác", "other"),
    }
    sql = f"""SELECT kind, toString(transport) AS transport, direction, sum(n) AS declarations,
       sum(mean_s * n) / nullIf(sum(n), 0) AS mean, sum(n) / nullIf(sum(population_n - open_n), 0) AS covered
FROM by_kind_transport
WHERE interval_code = '${{interval}}' AND clock = '${{clock}}' AND {one_or_all("direction", "direction")} AND {_MONTHS}
GROUP BY kind, transport, direction
HAVING sum(n) >= 10
ORDER BY mean DESC
LIMIT 20"""
    return stored_table(
        Head(
            Word(
                "Loại hình và phương tiện lâu nhất, mọi chi cục",
                "Kinds and transport that take longest, all offices",
            ),
            Word(
                "Nhóm từ 10 tờ khai trở lên, bình quân lâu nhất trước.",
                "Groups of 10 declarations or more, the longest mean first.",
            ),
        ),
        sql,
        [
            Column("kind", Word("Mã loại hình", "Kind"), WORD, 140),
            Column(
                "transport",
                Word("Phương tiện", "Transport"),
                Look("string", None, said=in_words(transports)),
                220,
            ),
            _DIRECTION,
            Column("declarations", Word("Tờ khai", "n"), Look(COUNT)),
            Column("mean", Word("Bình quân", "Mean"), LENGTH, 105),
            Column("covered", Word("Độ phủ", "Coverage"), PERCENT),
        ],
    )

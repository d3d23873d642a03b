"""Charts of the board Analysis: months, changes, the waterfall of steps, the distribution, and the hours of a week."""

from __future__ import annotations

from typing import Final, Literal

from grafana.source.analysis_tables import CELL
from grafana.source.looks import IN_HOURS, Look
from grafana.source.panels import HIDDEN, Head, Panel, columns, stored_lines
from grafana.source.sql import OFFICES, WHOLE_OFFICE, ZONE, one_or_all, rolled, said
from grafana.source.tables import Column, shaded_table
from grafana.source.words import both, directions
from streams.words import Word

_STEPS: Final = {
    "dossier": Word("nộp hồ sơ", "dossier"),
    "check_wait": Word("chờ kiểm tra", "wait for the check"),
    "document_check": Word("kiểm tra hồ sơ", "document check"),
    "presentation": Word("xuất trình hàng", "presentation"),
    "inspection": Word("kiểm tra thực tế", "inspection"),
    "payment": Word("nộp thuế", "payment"),
    "decision": Word("quyết định", "decision"),
}
"""The steps of `stage_waterfall`."""

_LENGTHS: Final = (
    (60, Word("dưới 1 phút", "< 1 min")),
    (600, Word("1–10 phút", "1–10 min")),
    (3_600, Word("10–60 phút", "10–60 min")),
    (14_400, Word("1–4 giờ", "1–4 h")),
    (28_800, Word("4–8 giờ", "4–8 h")),
    (86_400, Word("8–24 giờ", "8–24 h")),
    (172_800, Word("1–2 ngày", "1–2 days")),
    (259_200, Word("2–3 ngày", "2–3 days")),
    (432_000, Word("3–5 ngày", "3–5 days")),
    (None, Word("từ 5 ngày", "≥ 5 days")),
)


def months_lines() -> Panel:
    """Build mean, median and 90th percentile by month of registration."""
    names = {
        "mean_s": both(Word("bình quân", "mean")),
        "p50_s": both(Word("trung vị", "P50")),
        "p90_s": both(Word("90 %", "P90")),
    }
    wanted = ", ".join(f'{column} / 3600 AS "{name}"' for column, name in names.items())
    sql = f"""SELECT toDateTime(cohort_month) AS time, {wanted}
FROM cohort_monthly
WHERE {CELL} AND cohort_month >= toStartOfMonth($__fromTime) AND cohort_month <= $__toTime
ORDER BY time"""
    return stored_lines(
        Head(
            Word("Theo tháng đăng ký", "By month of registration"),
            Word(
                "Các tháng cuối là tạm tính: tờ khai lâu chưa xong nên chưa có trong đó.",
                "The last months are provisional: what takes long is not through and so not in them.",
            ),
        ),
        sql,
        IN_HOURS,
        named=list(names.values()),
    )


def changes_chart() -> Panel:
    """Build the raw and the standardised change of each month beside each other."""
    raw, standardised = both(Word("thô", "raw")), both(Word("chuẩn hóa", "standardised"))
    sql = f"""SELECT formatDateTime(makeDate(year, greatest(month, 1), 1), '%Y-%m') AS month_of,
       raw_change_s / 3600 AS "{raw}",
       standardised_change_s / 3600 AS "{standardised}"
FROM year_on_year
WHERE period = 'month' AND office = {WHOLE_OFFICE} AND direction = {rolled("direction")} AND channel = 'all'
  AND interval_code = '${{interval}}' AND clock = '${{clock}}'
  AND makeDate(year, greatest(month, 1), 1) >= toStartOfMonth($__fromTime)
ORDER BY month_of"""
    return columns(
        Head(
            Word("Thay đổi so với năm trước", "Change against the year before"),
            Word(
                "Dưới 0: nhanh hơn. Hai cột khác nhau: cơ cấu đã thay đổi.",
                "Below 0: faster. Where the two differ, the mix moved.",
            ),
        ),
        sql,
        IN_HOURS,
        category="month_of",
        named=[raw, standardised],
    )


def waterfall_chart() -> Panel:
    """Build the steps from registration to release, each beginning where the one before it ends."""
    customs, declarant = both(Word("hải quan", "customs")), both(Word("người khai", "declarant"))
    sql = f"""SELECT {said("step", _STEPS)} AS step_name,
       sum(mean_h) OVER (ORDER BY step_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - mean_h AS {HIDDEN},
       if(waiting_on = 'customs', mean_h, 0) AS "{customs}", if(waiting_on = 'customs', 0, mean_h) AS "{declarant}"
FROM
(
    SELECT step, step_no, waiting_on, sum(total_s) / nullIf(sum(n), 0) / 3600 AS mean_h
    FROM stage_waterfall
    WHERE office IN (${{office:singlequote}}) AND {one_or_all("direction", "direction")}
      AND month >= toStartOfMonth($__fromTime) AND month <= $__toTime
    GROUP BY step, step_no, waiting_on
)
ORDER BY step_no"""
    return columns(
        Head(
            Word("Từ đăng ký đến quyết định, từng bước", "From registration to release, step by step"),
            Word(
                "Bình quân từng bước của tờ khai đã có quyết định; cộng lại đúng bằng cả khoảng. Tờ khai"
                " thiếu mốc không chia được"
                " thì không có ở đây.",
                "Mean of each step of released declarations; together they are the whole. What lacks a"
                " milestone can't be cut and"
                " is not in it.",
            ),
        ),
        sql,
        IN_HOURS,
        category="step_name",
        named=[customs, declarant],
        stacked=True,
        lying=True,
    )


def distribution_chart() -> Panel:
    """Build which share of the lengths lies in each span."""
    column = "if('${clock}' = 'working', working_s, elapsed_s)"
    edges = ", ".join(f"length < {edge}, {i}" for i, (edge, _) in enumerate(_LENGTHS) if edge is not None)
    names = ", ".join(f"'{both(word)}'" for _, word in _LENGTHS)
    imports, exports = (both(directions()[name]) for name in ("import", "export"))
    sql = f"""SELECT [{names}][bucket + 1] AS lasted,
       countIf(direction = 'import') / (sum(countIf(direction = 'import')) OVER () + 1e-9) AS "{imports}",
       countIf(direction = 'export') / (sum(countIf(direction = 'export')) OVER () + 1e-9) AS "{exports}"
FROM
(
    SELECT direction, multiIf({edges}, {len(_LENGTHS) - 1}) AS bucket
    FROM (SELECT direction, office, {column} AS length FROM intervals
          WHERE interval_code = '${{interval}}' AND in_scope
            AND registered_on >= toDate($__fromTime, '{ZONE}') AND registered_on <= toDate($__toTime, '{ZONE}'))
    WHERE length IS NOT NULL AND {OFFICES} AND {one_or_all("direction", "direction")}
)
GROUP BY bucket
ORDER BY bucket"""
    return columns(
        Head(
            Word("Bao nhiêu phần mất bao lâu", "Which share takes how long"),
            Word(
                "Của tờ khai đăng ký trong thời gian đã chọn. Phần lớn xong ngay, một ít mất nhiều ngày: vì"
                " thế bình quân và trung"
                " vị cách xa nhau.",
                "Of what was registered in the selected time. Most are through at once and a few take days:"
                " that is why mean and"
                " median lie far apart.",
            ),
        ),
        sql,
        Look("percentunit", 0),
        category="lasted",
        named=[imports, exports],
    )


def hours_shaded(of: Literal["n", "mean"]) -> Panel:
    """Build weekdays by hours: how many come in an hour of a usual day, or how long what comes then takes."""
    days = ", ".join(
        f"'{both(Word(vi, en))}'"
        for vi, en in zip(
            ("thứ hai", "thứ ba", "thứ tư", "thứ năm", "thứ sáu", "thứ bảy", "chủ nhật"),
            ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
            strict=True,
        )
    )
    value = {
        "n": "sumIf(n / days, hour = {h})",
        "mean": "sumIf(mean_s * measured_n, hour = {h}) / nullIf(sumIf(measured_n, hour = {h}), 0) / 3600",
    }[of]
    cells = ",\n       ".join(f"{value.format(h=h)} AS h{h:02d}" for h in range(24))
    sql = f"""SELECT [{days}][weekday] AS day,
       {cells}
FROM arrival_pattern
WHERE office IN (${{office:singlequote}}) AND direction = {rolled("direction")}
GROUP BY weekday
ORDER BY weekday"""
    heads = {
        "n": Head(
            Word("Tờ khai vào mỗi giờ", "Declarations coming in per hour"),
            Word(
                "Của một ngày thường, theo thứ và giờ đăng ký của chi cục; mọi dữ liệu trong kho.",
                "Of a usual day, by weekday and hour of the registration on the office's clock; over all that"
                " is stored.",
            ),
        ),
        "mean": Head(
            Word("Bình quân đến quyết định, theo giờ vào", "Mean to the release, by the hour of coming in"),
            Word(
                "Từ đăng ký đến quyết định của tờ khai vào trong giờ ấy.",
                "From registration to release of what came in that hour.",
            ),
        ),
    }
    looks = {"n": Look("short", 1), "mean": IN_HOURS}
    return shaded_table(
        heads[of],
        sql,
        Column("day", Word("Thứ, giờ", "Day, hour"), width=140),
        [Column(f"h{h:02d}", Word(f"{h:02d}", f"{h:02d}"), width=64) for h in range(24)],
        looks[of],
    )

"""What staff read on the board in the terminal, in Vietnamese and English."""

from __future__ import annotations

from typing import Final

from streams import words
from streams.words import Word, Words

STAGES: Final[Words] = {
    "registered": Word("chờ phân luồng", "waits for channel"),
    "dossier": Word("chờ nộp hồ sơ", "dossier"),
    "document_check": Word("kiểm tra hồ sơ", "document check"),
    "amendment": Word("khai bổ sung", "amendment"),
    "inspection": Word("kiểm tra thực tế", "inspection"),
    "specialised": Word("kiểm tra chuyên ngành", "specialised insp."),
    "payment": Word("nộp thuế", "payment"),
    "decision": Word("chờ quyết định", "decision"),
    "storage": Word("đưa hàng về bảo quản", "storage"),
    "held": Word("tạm dừng giám sát", "held"),
    "exited": Word("đã qua giám sát", "exited"),
    "done": Word("hoàn tất", "done"),
}
"""The stages as a table of 80 columns has room for them."""

WAITING_ON: Final[Words] = {
    "customs": Word("hải quan", "customs"),
    "declarant": Word("người khai", "declarant"),
    "oga": Word("CQ chuyên ngành", "another agency"),
    "bank": Word("ngân hàng", "bank"),
    "port": Word("cảng, kho, bãi", "port"),
}
"""Who must act, likewise."""

DIRECTIONS: Final[Words] = {"all": Word("nhập và xuất", "import and export"), **words.DIRECTIONS}

ROW_DIRECTIONS: Final[Words] = {"all": Word("cả hai", "both"), **words.DIRECTIONS}

SIZES: Final[Words] = {
    "1h": Word("1 giờ", "1 h"),
    "24h": Word("24 giờ*", "24 h*"),
    "7d": Word("7 ngày", "7 d"),
}

INTERVALS: Final[Words] = {
    "REG_REL": Word("Từ tiếp nhận đến quyết định (giờ:phút)", "Registration to release (h:min)"),
    "DOC_REL": Word("Từ kiểm tra hồ sơ đến quyết định (giờ:phút)", "Document check to release (h:min)"),
}

PANES: Final[Words] = {
    "windows": Word("Thời gian", "Times"),
    "stages": Word("Công việc", "Work"),
    "oldest": Word("Tờ khai", "Oldest"),
    "alerts": Word("Cảnh báo", "Alerts"),
    "health": Word("Hệ thống", "Pipeline"),
}

HEADINGS: Final[Words] = {
    "window": Word("Cửa sổ", "Window"),
    "direction": Word("Loại", "Direction"),
    "n": Word("Xong", "Done"),
    "mean": Word("TB", "mean"),
    "p50": Word("P50", "p50"),
    "p90": Word("P90", "p90"),
    "live_n": Word("Mới", "New"),
    "live_p50": Word("P50 nay", "live p50"),
    "live_p90": Word("P90 nay", "live p90"),
    "stage": Word("Công việc hiện tại", "Stage"),
    "waiting_on": Word("Bên xử lý", "Waits for"),
    "open_n": Word("Số tờ", "Open"),
    "oldest": Word("Lâu nhất", "Oldest"),
    "stuck": Word("Quá hạn", "Late"),
    "key": Word("Tờ khai", "Declaration"),
    "office": Word("CC", "Off."),
    "age": Word("Từ khi đăng ký", "Age"),
    "late": Word("Hạn", "Limit"),
}

HEALTH: Final[Words] = {
    "in": Word("Thông điệp vào", "Messages in"),
    "done": Word("Đã xử lý", "Done"),
    "gap": Word("Còn chờ", "Still to do"),
    "lag": Word("Chậm theo chủ đề", "Lag by topic"),
    "rejected": Word("Bị từ chối", "Rejected"),
    "store": Word("Kho dữ liệu", "Store"),
    "workers": Word("Tiến trình", "Workers"),
    "watermark": Word("Mốc hoàn chỉnh", "Watermark"),
    "windows": Word("Cửa sổ", "Windows"),
    "silence": Word("Nguồn im lặng", "Silent feed"),
    "run": Word("Lần chạy này", "This run"),
}

TEXTS: Final[Words] = {
    "all_offices": Word("Tất cả chi cục", "All offices"),
    "until": Word("Dữ liệu đến {when}", "Data up to {when}"),
    "behind": Word("cách hiện tại {age}", "{age} behind the present"),
    "replay": Word("đồng hồ theo dữ liệu (phát lại)", "the clock is the data's (replay)"),
    "incomplete": Word("DỮ LIỆU CHƯA ĐẦY ĐỦ", "DATA INCOMPLETE"),
    "more": Word("và {count} vấn đề khác (phím 5)", "and {count} more (key 5)"),
    "asking": Word("đang hỏi kho dữ liệu …", "asking the store …"),
    "paused": Word("TẠM DỪNG", "PAUSED"),
    "open": Word("Đang làm {count}", "Open {count}"),
    "stuck": Word("quá hạn công việc {count}", "past the stage's limit {count}"),
    "alerts": Word("cảnh báo {count}", "alerts {count}"),
    "alerts_unknown": Word("cảnh báo: không rõ", "alerts: not known"),
    "store_away": Word(
        "kho dữ liệu không trả lời, số liệu của {age} trước", "the store does not answer, this is {age} old"
    ),
    "store_never": Word("kho dữ liệu không trả lời: {why}", "the store does not answer: {why}"),
    "workers_away": Word("tiến trình không trả lời: {count}", "workers that do not answer: {count}"),
    "metrics_away": Word("không tiến trình nào trả lời", "no worker answers"),
    "not_ready": Word("tiến trình chưa sẵn sàng: {count}", "workers that are not ready: {count}"),
    "stalled": Word("kho dữ liệu không nhận ghi", "the store takes no writes"),
    "lagging": Word("{count} thông điệp chưa xử lý", "{count} messages are not taken in yet"),
    "silent": Word("{office} im lặng {age}", "{office} is silent for {age}"),
    "silence_limit": Word(
        "{office}: {age} giờ làm việc, cho phép {limit}", "{office}: {age} of working time, allowed {limit}"
    ),
    "silence_none": Word("không có", "none"),
    "nothing_open": Word("Không có tờ khai nào đang làm thủ tục.", "No declaration is open."),
    "nothing_windows": Word("Chưa có cửa sổ nào được tính.", "No window has been computed yet."),
    "not_reached": Word("chưa đạt", "not yet"),
    "late": Word("QUÁ", "LATE"),
    "first": Word("{shown} tờ lâu nhất trong {count}", "the {shown} oldest of {count}"),
    "enter": Word("Enter: mọi sự kiện của tờ khai", "Enter: all about a declaration"),
    "throughput_note": Word(
        "Xong: đã kết thúc trong cửa sổ. Mới: đăng ký trong cửa sổ, tính cả tờ còn mở.",
        "Done: ended in the window. New, live: registered in it, open ones counted.",
    ),
    "optimistic_note": Word(
        "* Nay trong 24 giờ thì lạc quan: tờ chậm chưa kịp chậm. 7 ngày sát thực tế.",
        "* Live 24 h is optimistic: the slow had no time to be slow. Trust the 7 d.",
    ),
    "stage_note": Word(
        "Quá hạn: ở công việc này lâu hơn thời hạn của công việc.",
        "Late: longer in this stage than the stage's limit.",
    ),
    "no_prometheus": Word(
        "Không biết Prometheus nào: chạy `local --alerts`, hoặc đặt RELEASE_MONITOR_PROMETHEUS_URL.",
        "No Prometheus is known: run `local --alerts`, or set RELEASE_MONITOR_PROMETHEUS_URL.",
    ),
    "prometheus_away": Word("Prometheus không trả lời: {why}", "Prometheus does not answer: {why}"),
    "prometheus_old": Word(
        "Prometheus không trả lời, cảnh báo của {age} trước.",
        "Prometheus does not answer, these alerts are {age} old.",
    ),
    "no_alerts": Word("Không có cảnh báo.", "No alerts."),
    "alert_since": Word("bắt đầu {when}", "began {when}"),
    "alerts_more": Word("và {count} cảnh báo khác", "and {count} more"),
    "done_as": Word(
        "{done} (lưu {stored}, trùng {duplicate}, từ chối {rejected})",
        "{done} (stored {stored}, repeated {duplicate}, rejected {rejected})",
    ),
    "unknown": Word("không rõ", "not known"),
    "store_took": Word("trả lời sau {seconds} giây", "answers in {seconds} s"),
    "store_writes": Word("nhận ghi", "takes writes"),
    "store_stalled": Word("KHÔNG NHẬN GHI", "TAKES NO WRITES"),
    "store_failures": Word("{count} lần ghi lỗi", "{count} failed writes"),
    "workers_ready": Word("{ready}/{workers} sẵn sàng", "{ready} of {workers} ready"),
    "restarts": Word("khởi động lại {count}", "restarts {count}"),
    "settled": Word("đã tính đủ", "all computed"),
    "unsettled": Word("đang tính", "being computed"),
    "ends": Word("Tự kết thúc khi đã xử lý hết.", "Ends by itself when drained."),
    "stops": Word("Phím q dừng cả hệ thống.", "q stops the whole pipeline."),
    "pick_office": Word("Chọn chi cục: ↑ ↓ Enter, Esc", "Choose an office: ↑ ↓ Enter, Esc"),
    "loading": Word("đang đọc {key} …", "reading {key} …"),
    "no_timeline": Word("không đọc được {key}: {why}", "{key} can't be read: {why}"),
    "back": Word("↑ ↓ cuộn   Esc quay lại", "↑ ↓ scroll   Esc back"),
    "small": Word("cần 80×24", "needs 80×24"),
}
"""Whole sentences, with what has to be put in."""

SEVERITIES: Final[Words] = {
    "page": Word("KHẨN", "PAGE"),
    "ticket": Word("việc", "ticket"),
}

ALERT_STATES: Final[Words] = {
    "firing": Word("đang báo", "firing"),
    "pending": Word("sắp báo", "pending"),
}

KEYS: Final[Words] = {
    "1-5": Word("màn hình", "panes"),
    "o": Word("chi cục", "office"),
    "d": Word("loại", "direction"),
    "l": Word("English", "Tiếng Việt"),
    "p": Word("dừng", "pause"),
    "?": Word("giúp", "help"),
    "q": Word("thoát", "quit"),
}
"""What the line at the bottom says of each key."""

HELP: Final[Words] = {
    "1 2 3 4 5": Word(
        "màn hình: thời gian, công việc, tờ khai, cảnh báo, hệ thống",
        "panes: times, work, oldest, alerts, pipeline",
    ),
    "↑ ↓ PgUp PgDn": Word("cuộn, chọn dòng", "scroll, choose a row"),
    "Enter": Word("mở tờ khai được chọn: mọi sự kiện", "all about the chosen declaration"),
    "o": Word("chọn chi cục", "choose an office"),
    "← →": Word("chi cục trước, chi cục sau", "the office before, the next one"),
    "d": Word("nhập khẩu, xuất khẩu, cả hai", "import, export, both"),
    "l": Word("đổi ngôn ngữ", "the other language"),
    "p": Word("tạm dừng làm mới, tiếp tục", "stop and go on asking"),
    "Esc": Word("quay lại", "back"),
    "q": Word("thoát", "quit"),
}
"""The page of keys."""

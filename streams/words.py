"""What staff read, in Vietnamese and English: one catalogue for the fixed words of the contract, and for labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from streams.core.durations import Language


class Word(NamedTuple):
    """One thing in both languages."""

    vi: str
    en: str

    def in_(self, language: Language) -> str:
        """Return the word in a language."""
        return self.vi if language == "vi" else self.en


Words = Mapping[str, Word]

EVENT_TYPES: Final[Words] = {
    "PRE_REGISTERED": Word("Khai trước thông tin tờ khai", "Pre-registered"),
    "REGISTERED": Word("Đăng ký tờ khai", "Registered"),
    "CHANNEL_ASSIGNED": Word("Thông báo kết quả phân luồng", "Channel assigned"),
    "CHANNEL_CHANGED": Word("Chuyển luồng", "Channel changed"),
    "DOSSIER_COMPLETE": Word("Nộp đủ hồ sơ", "Dossier complete"),
    "DOC_CHECK_STARTED": Word("Bắt đầu kiểm tra hồ sơ", "Document check started"),
    "DOC_CHECK_COMPLETED": Word("Kết thúc kiểm tra hồ sơ", "Document check completed"),
    "AMENDMENT_REQUESTED": Word("Yêu cầu khai bổ sung", "Amendment requested"),
    "AMENDED": Word("Khai bổ sung", "Amended"),
    "INSPECTION_ORDERED": Word("Yêu cầu kiểm tra thực tế", "Inspection ordered"),
    "INSPECTION_ORDER_CANCELLED": Word("Hủy yêu cầu kiểm tra thực tế", "Inspection order cancelled"),
    "GOODS_PRESENTED": Word("Xuất trình hàng hóa", "Goods presented"),
    "INSPECTION_STARTED": Word("Bắt đầu kiểm tra thực tế", "Inspection started"),
    "INSPECTION_COMPLETED": Word("Kết thúc kiểm tra thực tế", "Inspection completed"),
    "OGA_STARTED": Word("Bắt đầu kiểm tra chuyên ngành", "Specialised inspection started"),
    "OGA_RESULT": Word("Có kết quả kiểm tra chuyên ngành", "Specialised inspection result"),
    "TAX_DUE": Word("Thông báo thuế phải nộp", "Tax due"),
    "TAX_SECURED": Word("Đã nộp hoặc bảo lãnh thuế", "Tax paid or secured"),
    "MOVED_TO_STORAGE": Word("Đưa hàng về bảo quản", "Moved to storage"),
    "RELEASE_REQUESTED": Word("Đề nghị giải phóng hàng", "Release requested"),
    "RELEASED_CONDITIONAL": Word("Giải phóng hàng", "Released conditionally"),
    "CLEARED": Word("Thông quan", "Cleared"),
    "RELEASE_REVERTED": Word("Hủy quyết định thông quan/giải phóng hàng", "Release reverted"),
    "HOLD_PLACED": Word("Tạm dừng qua khu vực giám sát", "Hold placed"),
    "HOLD_LIFTED": Word("Bỏ tạm dừng qua khu vực giám sát", "Hold lifted"),
    "ARRIVED": Word("Hàng đến", "Arrived"),
    "GATE_IN": Word("Vào khu vực giám sát", "Gate in"),
    "GATE_OUT": Word("Qua khu vực giám sát", "Gate out"),
    "CANCEL_REQUESTED": Word("Đề nghị hủy tờ khai", "Cancellation requested"),
    "CANCELLED": Word("Hủy tờ khai", "Cancelled"),
    "MANUAL_FALLBACK": Word("Chuyển sang làm thủ công", "Manual fallback"),
    "POST_CLEARANCE_AMENDED": Word("Khai bổ sung sau thông quan", "Amended after clearance"),
    "HEARTBEAT": Word("Tín hiệu hoạt động", "Heartbeat"),
}

MILESTONES: Final[Words] = {
    "M0": Word("Hàng đến", "Arrival"),
    "M1": Word("Tiếp nhận tờ khai", "Registered"),
    "M2": Word("Đủ hồ sơ", "Dossier complete"),
    "M3": Word("Bắt đầu kiểm tra hồ sơ", "Document check start"),
    "M4": Word("Kết thúc kiểm tra hồ sơ", "Document check end"),
    "M5": Word("Xuất trình hàng hóa", "Goods presented"),
    "M6": Word("Kết thúc kiểm tra thực tế", "Inspection end"),
    "M7": Word("Đã nộp hoặc bảo lãnh thuế", "Tax secured"),
    "M8": Word("Quyết định thông quan/giải phóng hàng", "Release decision"),
    "M9": Word("Thông quan", "Final clearance"),
    "M10": Word("Qua khu vực giám sát", "Exit"),
    "MX": Word("Hủy tờ khai", "Cancelled"),
}

INTERVALS: Final[Words] = {
    "REG_REL": Word(
        "Từ tiếp nhận tờ khai đến quyết định thông quan/giải phóng hàng", "Registration to release"
    ),
    "DOC_REL": Word("Từ bắt đầu kiểm tra chi tiết hồ sơ đến quyết định", "Document check to release"),
    "REG_DOC": Word("Chờ kiểm tra hồ sơ", "Wait for document check"),
    "DOC_CHK": Word("Kiểm tra hồ sơ", "Document check"),
    "DOC_LIMIT": Word("Thời hạn kiểm tra hồ sơ", "Legal limit of the document check"),
    "INSP_WAIT": Word("Chờ xuất trình hàng hóa", "Wait for goods"),
    "INSP": Word("Kiểm tra thực tế hàng hóa", "Physical inspection"),
    "AMEND": Word("Khai bổ sung theo yêu cầu", "Amendment response"),
    "OGA": Word("Kiểm tra chuyên ngành", "Specialised inspection"),
    "PAY": Word("Chờ nộp thuế", "Payment wait"),
    "DECIDE": Word("Ra quyết định", "Decision after all conditions"),
    "COND_FIN": Word("Từ giải phóng hàng đến thông quan", "Conditional release to clearance"),
    "STORE_FIN": Word("Từ đưa hàng về bảo quản đến thông quan", "Storage to clearance"),
    "REL_EXIT": Word("Từ quyết định đến qua khu vực giám sát", "Release to exit"),
    "ARR_REL": Word("Từ hàng đến đến quyết định", "Arrival to release (WCO)"),
}
"""The names of domain.md, section 7."""

FLAGS: Final[Words] = {
    "deemed": Word("coi như đủ hồ sơ", "deemed complete"),
    "pre_arrival": Word("trước khi hàng đến", "before arrival"),
    "prepaid": Word("nộp trước", "paid before"),
    "clamped": Word("âm vài giây, tính là 0", "a few seconds negative, taken as 0"),
    "backfill": Word("nhập bù", "back-filled"),
}

STATUSES: Final[Words] = {
    "open": Word("đang làm thủ tục", "open"),
    "released": Word("đã giải phóng hàng", "released"),
    "cleared": Word("đã thông quan", "cleared"),
    "cancelled": Word("đã hủy", "cancelled"),
    "expired": Word("khai trước đã hết hạn", "expired, pre-registered only"),
    "orphan": Word("chưa thấy đăng ký tờ khai", "orphan, no registration seen"),
}

STAGES: Final[Words] = {
    "registered": Word("đã đăng ký, chờ phân luồng", "registered, waits for a channel"),
    "dossier": Word("chờ nộp hồ sơ", "dossier"),
    "document_check": Word("kiểm tra hồ sơ", "document check"),
    "amendment": Word("khai bổ sung", "amendment"),
    "inspection": Word("kiểm tra thực tế", "inspection"),
    "specialised": Word("kiểm tra chuyên ngành", "specialised inspection"),
    "payment": Word("nộp thuế", "payment"),
    "decision": Word("chờ quyết định", "decision"),
    "storage": Word("hàng đưa về bảo quản", "storage"),
    "held": Word("tạm dừng qua khu vực giám sát", "held"),
    "exited": Word("đã qua khu vực giám sát", "exited"),
    "done": Word("hoàn tất", "done"),
}

WAITING_ON: Final[Words] = {
    "customs": Word("hải quan", "customs"),
    "declarant": Word("người khai hải quan", "declarant"),
    "oga": Word("cơ quan kiểm tra chuyên ngành", "another agency"),
    "bank": Word("ngân hàng", "bank"),
    "port": Word("cảng, kho, bãi", "port"),
}

ACTORS: Final[Words] = {
    "CUSTOMS": Word("hải quan", "customs"),
    "DECLARANT": Word("người khai hải quan", "declarant"),
    "SYSTEM": Word("hệ thống", "system"),
    "OGA": Word("cơ quan kiểm tra chuyên ngành", "another agency"),
    "PORT": Word("cảng, kho, bãi", "port"),
    "BANK": Word("ngân hàng", "bank"),
}

FINDINGS: Final[Words] = {
    "conflicting_id": Word("một mã sự kiện, nhiều nội dung", "one event_id, several contents"),
    "retracted": Word("sự kiện đã bị rút", "event taken back"),
    "duplicate_event": Word("một sự kiện báo hai lần, khác mã", "one event told under two ids"),
    "clock_step": Word("đồng hồ nguồn lệch đúng múi giờ", "the source's clock is off by its time zone"),
    "negative": Word("khoảng thời gian âm", "negative interval"),
    "clamped": Word("âm vài giây, tính là 0", "a few seconds negative, taken as 0"),
    "before_registration": Word("sự kiện trước khi đăng ký", "before the registration"),
    "missing_check_start": Word("thiếu thời điểm bắt đầu kiểm tra hồ sơ", "document check start is missing"),
    "orphan": Word("quá 72 giờ chưa thấy đăng ký tờ khai", "no registration for 72 hours"),
    "future": Word("thời gian ở tương lai, bị từ chối", "time in the future, rejected"),
    "duplicate": Word("thông điệp nhận lại", "message delivered again"),
    "sequence_gap": Word("thiếu số thứ tự của nguồn", "numbers of the source are missing"),
    "sequence_repeat": Word("trùng số thứ tự của nguồn", "a number of the source repeats"),
}

STATES: Final[Words] = {
    "effective": Word("", ""),
    "replaced": Word("đã bị thay thế", "replaced"),
    "retracted": Word("đã bị rút", "retracted"),
    "conflicting": Word("trùng mã, không dùng", "conflicting"),
}
"""What became of an accepted event; of one that counts there is nothing to say."""

DIRECTIONS: Final[Words] = {"import": Word("nhập khẩu", "import"), "export": Word("xuất khẩu", "export")}

NOT_AN_OFFICE: Final[Words] = {
    "other": Word("Đơn vị ngoài danh mục", "Offices not in the list"),
    "none": Word("Chưa rõ đơn vị", "Office not told"),
    "all": Word("Tất cả đơn vị", "All offices"),
}
"""Where there stands one of these words in place of an office."""

CHANNELS: Final[Words] = {
    "1": Word("xanh", "green"),
    "2": Word("vàng", "yellow"),
    "3": Word("đỏ", "red"),
}

LABELS: Final[Words] = {
    "declaration": Word("Tờ khai", "Declaration"),
    "direction": Word("Loại", "Direction"),
    "office": Word("Chi cục", "Office"),
    "kind": Word("Mã loại hình", "Kind"),
    "channel": Word("Luồng", "Channel"),
    "first_channel": Word("ban đầu", "at first"),
    "value_usd": Word("Trị giá, USD", "Value, USD"),
    "tax_vnd": Word("Thuế, VND", "Tax, VND"),
    "replaces": Word("Thay cho tờ khai", "Replaces"),
    "status": Word("Trạng thái", "Status"),
    "stage": Word("Công việc hiện tại", "Stage"),
    "waiting_on": Word("Bên phải xử lý", "Waits for"),
    "channel_final": Word("Luồng", "Channel"),
    "revision": Word("Phiên bản", "Revision"),
    "zone": Word("Múi giờ", "Times at"),
    "events": Word("Sự kiện", "Events"),
    "milestones": Word("Mốc thời gian", "Milestones"),
    "intervals": Word("Khoảng thời gian", "Intervals"),
    "findings": Word("Vấn đề về dữ liệu", "Findings about the data"),
    "revisions": Word("Từng sự kiện đã thay đổi gì", "What each event changed"),
    "time": Word("Thời điểm", "Time"),
    "event": Word("Sự kiện", "Event"),
    "source": Word("Nguồn", "Source"),
    "actor": Word("Bên thực hiện", "Actor"),
    "says": Word("Cho biết", "Says"),
    "note": Word("Ghi chú", "Note"),
    "event_id": Word("Mã sự kiện", "event_id"),
    "milestone": Word("Mốc", "Milestone"),
    "interval": Word("Khoảng", "Interval"),
    "from": Word("Từ", "From"),
    "to": Word("Đến", "To"),
    "elapsed": Word("Tổng thời gian", "Elapsed"),
    "working": Word("Giờ làm việc", "Working"),
    "finding": Word("Vấn đề", "Finding"),
    "detail": Word("Chi tiết", "Detail"),
    "received": Word("Nhận lúc", "Received"),
    "change": Word("Thay đổi", "Change"),
    "retraction": Word("rút lại", "takes back"),
    "correction": Word("bản sửa", "correction"),
    "day": Word("chỉ biết ngày", "known by the day"),
    "officer": Word("cán bộ nhập giờ", "typed by an officer"),
    "deemed": Word("coi như đủ hồ sơ: sau 1 giờ làm việc", "deemed: after 1 working hour"),
    "nothing": Word("không thay đổi gì", "nothing"),
    "none": Word("không có", "none"),
}

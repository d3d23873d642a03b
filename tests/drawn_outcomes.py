"""Contents of outcomes drawn by hypothesis: few keys and few values, so that they contend and tie."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from hypothesis import strategies as st

from streams.core.outcome import outcome

CONTENTS = st.builds(
    outcome,
    source=st.sampled_from(["a", "b"]),
    outcome_id=st.sampled_from(["1", "2", "'", "ấ"]),
    revision=st.integers(0, 2),
    retract=st.sampled_from([False, False, True]),
    occurred_on=st.sampled_from([dt.date(2025, 12, 31), dt.date(2026, 1, 1)]),
    office=st.sampled_from(["27F1", "27B1"]),
    kind=st.sampled_from(["violation", "fine", "post_clearance_check", "seizure"]),
    count=st.integers(0, 3),
    amount_vnd=st.none() | st.sampled_from([Decimal("0"), Decimal("12.5"), Decimal("10") ** 15]),
    declaration_key=st.none() | st.just("10000000001"),
    emitted_us=st.none() | st.sampled_from([0, 1_772_000_000_000_000, 1_772_000_000_000_001]),
)

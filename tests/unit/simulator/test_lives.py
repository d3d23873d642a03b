"""A life is in order: nothing ends before it begins, nothing is decided before everything it waits for."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from streams.reference import load_reference
from streams.simulator.goods import draw_goods
from streams.simulator.lives import LONGEST_LEAD, Life, draw_life

REFERENCE = load_reference(None)
START_US = 1_772_400_000_000_000


def in_order(*instants: int | None) -> bool:
    told = [at for at in instants if at is not None]
    return told == sorted(told)


def check(life: Life) -> None:
    assert life.registered is not None
    assert life.notice is not None
    assert in_order(
        life.registered,
        life.notice,
        life.dossier,
        life.check_started,
        life.amendment_requested,
        life.amended,
        life.check_completed,
        life.inspection_ordered,
        life.presented,
        life.inspection_started,
        life.inspection_completed,
        life.oga_started,
        life.oga_result,
        life.released,
        life.cleared,
    )
    assert in_order(life.notice, life.tax_due, life.tax_secured, life.released)
    assert in_order(life.amended, life.tax_secured_again, life.released)
    assert in_order(life.released, life.gate_in, life.gate_out)
    assert in_order(life.arrived, life.gate_in)
    assert in_order(life.registered, life.cancel_requested, life.cancelled)
    assert in_order(life.released, life.stored, life.cleared)
    for before in (life.pre_registered, life.arrived):
        assert before is None or before >= life.registered - LONGEST_LEAD
    if life.released is not None:
        assert (life.channel > 1) == (life.check_completed is not None)
        assert (life.channel == 3) == (life.inspection_completed is not None)
        assert (life.goods.tax_vnd > 0) == (life.tax_secured is not None)
        assert life.cancelled is None
        if life.amended is not None and life.goods.tax_vnd:
            assert max(life.tax_secured or 0, life.tax_secured_again or 0) > life.amended


@given(seed=st.integers(0, 2**32), shift_h=st.integers(0, 24 * 800))
def test_a_life_is_in_order(seed: int, shift_h: int) -> None:
    chance = Random(seed)
    for serial in range(30):
        goods = draw_goods(chance)
        calendar = REFERENCE.calendar_of(goods.office.code)
        check(draw_life(chance, calendar, serial, goods, START_US + shift_h * 3_600_000_000))

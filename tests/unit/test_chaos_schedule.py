"""The schedule of a chaos run: it can be had again, and has what was asked for."""

from __future__ import annotations

from collections import Counter

from chaos.schedule import Kind, Plan, schedule

PLAN = Plan(seed=1, events=1_000_000, speed=2_500.0, kills=20, pauses=2, outage_s=60.0, crew=(1, 3, 2, 1))


def test_a_seed_gives_the_same_schedule_again_and_another_one_another() -> None:
    assert schedule(PLAN) == schedule(PLAN)
    assert schedule(PLAN) != schedule(PLAN._replace(seed=2))


def test_it_has_what_was_asked_for_in_order_while_events_are_fed() -> None:
    for seed in range(50):
        acts = schedule(PLAN._replace(seed=seed))
        assert Counter(act.kind for act in acts) == {
            Kind.KILL: 20,
            Kind.PAUSE: 2,
            Kind.SCALE: 3,
            Kind.BROKER: 1,
            Kind.STORE: 1,
        }
        assert [act.amount for act in acts if act.kind is Kind.SCALE] == [3, 2, 1]
        times = [act.at for act in acts]
        assert times == sorted(times)
        assert 0 <= times[0] <= times[-1] <= PLAN.events


def test_kills_are_spread_over_all_parts_of_a_worker() -> None:
    for seed in range(50):
        draws = [act.draw for act in schedule(PLAN._replace(seed=seed, kills=5)) if act.kind is Kind.KILL]
        assert {int(draw * 3) for draw in draws} == {0, 1, 2}


def test_a_pause_outlives_the_session() -> None:
    assert all(act.amount > PLAN.session_timeout_s for act in schedule(PLAN) if act.kind is Kind.PAUSE)

"""Which new events may come too late for a window: those that are far behind the latest one heard of."""

from __future__ import annotations

import msgspec

from builders import CALENDARS, FEED, event
from streams.core.event import Event
from streams.core.pack import Pack
from streams.core.span_message import Straggler
from streams.pipeline.batch import Batch
from streams.pipeline.folder import FedPack, Folder
from streams.worker.stragglers import Stragglers

NINE_US = event("REGISTERED", "09:00:00").occurred_us


class NoHistories:
    def load(self, keys: object) -> dict[str, list[object]]:
        return {}


def at(time: str, offset: int, key: str = "d", event_type: str = "REGISTERED", **fields: object) -> Event:
    return event(event_type, time, offset=offset, declaration_key=key, event_id=f"e{offset}", **fields)


def batch(folder: Folder, *events: Event) -> Batch:
    return folder.fold([FedPack(Pack(FEED.topic, "id", 0, list(events), []), FEED)])


def among(stragglers: Stragglers, batch: Batch) -> list[Straggler]:
    return stragglers.among(batch, max((event.occurred_us for event in batch.fresh), default=0))


def offsets(found: list[Straggler]) -> list[int]:
    return [one.offset for one in found]


def test_behind_others_of_its_batch_by_more_than_the_slack() -> None:
    folder = Folder(NoHistories(), CALENDARS)  # type: ignore[arg-type]
    found = among(
        Stragglers(360),
        batch(
            folder,
            at("09:00:00", 0, "a"),
            at("08:53:59.999", 1, "b"),
            at("08:54:00", 2, "c"),
            at("08:00:00", 3, "a", "PRE_REGISTERED"),
        ),
    )
    assert sorted(offsets(found)) == [1, 3]
    first = next(one for one in found if one.offset == 1)
    assert first == Straggler(
        "b", "e1", "REGISTERED", NINE_US // 1000 - 360_001, FEED.topic, FEED.generation, 0, 1
    )


def test_behind_what_earlier_batches_or_other_workers_have_reached() -> None:
    folder, stragglers = Folder(NoHistories(), CALENDARS), Stragglers(360)  # type: ignore[arg-type]
    assert not among(stragglers, batch(folder, at("08:50:00", 0)))
    stragglers.heard(NINE_US)
    stragglers.heard(NINE_US - 10**9)
    assert offsets(among(stragglers, batch(folder, at("08:50:01", 1, "e")))) == [1]
    assert not among(stragglers, batch(folder, at("08:55:00", 2, "f")))


def test_what_is_known_already_is_late_no_more() -> None:
    folder, stragglers = Folder(NoHistories(), CALENDARS), Stragglers(360)  # type: ignore[arg-type]
    early = at("07:00:00", 0)
    assert not among(stragglers, batch(folder, early))
    assert not among(stragglers, batch(folder, at("09:00:00", 1, "e")))
    assert not among(stragglers, batch(folder, early))
    assert not among(stragglers, batch(folder, msgspec.structs.replace(early, offset=9)))


def test_a_correction_is_as_late_as_what_it_says() -> None:
    folder, stragglers = Folder(NoHistories(), CALENDARS), Stragglers(360)  # type: ignore[arg-type]
    among(stragglers, batch(folder, at("08:00:00", 0), at("09:00:00", 1, event_type="CLEARED")))
    corrected = at("08:30:00", 2, event_type="CLEARED", revision=1)
    assert offsets(among(stragglers, batch(folder, corrected))) == [2]

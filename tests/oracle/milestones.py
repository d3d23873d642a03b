"""The milestones of one declaration (domain, section 6): a function of the set of its effective events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from oracle.story import Story
from oracle.told import Told
from oracle.working import Office, after

HOUR_US = 3_600_000_000


class Point(NamedTuple):
    """An instant that bounds an interval, and the event that sets it."""

    us: int
    event: Told
    deemed: bool = False


@dataclass
class Milestones:
    """Each milestone as the event that sets it, and what else section 7 measures from."""

    m0: Told | None
    m1: Told | None
    m2: Point | None
    m3: Told | None
    m4: Told | None
    m5: Told | None
    m6: Told | None
    m7: Told | None
    m8: Told | None
    m9: Told | None
    m10: Told | None
    mx: Told | None
    order: Told | None  # the standing inspection order
    notice: Told | None  # of the channel
    said: list[Told]  # the events that tell the channel
    in_force: Told | None  # the one of them that counts
    cancelled_first: bool

    @property
    def ever_checked(self) -> bool:
        """Ever in channel 2 or 3."""
        return any(told.attrs["channel"] >= 2 for told in self.said)

    @property
    def channel(self) -> int | None:
        return None if self.in_force is None else int(self.in_force.attrs["channel"])

    def instants(self) -> dict[str, int | None]:
        names = ("m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "m9", "m10", "mx")
        points = {name: getattr(self, name) for name in names}
        return {name.upper(): None if point is None else point.us for name, point in points.items()}


def milestones(story: Story, office: Office) -> Milestones:
    m1 = story.first("REGISTERED")

    # A revert voids every release before it.
    reverted = story.last("RELEASE_REVERTED")
    standing = [t for t in story.timed if reverted is None or t.place > reverted.place]
    m8 = next((t for t in standing if t.type in ("RELEASED_CONDITIONAL", "CLEARED")), None)
    m9 = next((t for t in standing if t.type == "CLEARED"), None)

    def last_by_release(event_type: str) -> Told | None:
        told = [t for t in story.all(event_type) if m8 is None or t.us <= m8.us]
        return told[-1] if told else None

    # The channel, which day precision may tell too.
    said = [
        t
        for t in story.events
        if t.type in ("CHANNEL_ASSIGNED", "CHANNEL_CHANGED") and t.attrs.get("channel") is not None
    ]
    by_then = [t for t in said if m8 is None or t.place <= m8.place]
    in_force = by_then[-1] if by_then else (said[0] if said else None)

    m2: Point | None = None
    complete = story.first("DOSSIER_COMPLETE")
    if complete is not None:
        m2 = Point(complete.us, complete)
    elif m1 is not None and any(t.attrs["channel"] >= 2 for t in said):
        m2 = Point(after(m1.us, HOUR_US, office), m1, deemed=True)

    starts = [t for t in story.all("DOC_CHECK_STARTED") if m1 is not None and t.us >= m1.us]

    order, undone = story.last("INSPECTION_ORDERED"), story.last("INSPECTION_ORDER_CANCELLED")
    if order is not None and undone is not None and order.us <= undone.us:
        order = None
    presented = [t for t in story.all("GOODS_PRESENTED") if order is not None and t.us >= order.us]

    amended = [t for t in story.all("AMENDED") if m8 is None or t.place < m8.place]
    secured = [t for t in story.all("TAX_SECURED") if not amended or t.place > amended[-1].place]

    mx = story.first("CANCELLED")
    return Milestones(
        m0=story.first("ARRIVED"),
        m1=m1,
        m2=m2,
        m3=starts[0] if starts else None,
        m4=last_by_release("DOC_CHECK_COMPLETED"),
        m5=presented[0] if presented else None,
        m6=last_by_release("INSPECTION_COMPLETED"),
        m7=secured[0] if secured else None,
        m8=m8,
        m9=m9,
        m10=story.last("GATE_OUT"),
        mx=mx,
        order=order,
        notice=story.first("CHANNEL_ASSIGNED"),
        said=said,
        in_force=in_force,
        cancelled_first=mx is not None and (m8 is None or mx.place < m8.place),
    )

"""Numbers the incarnations of feeds, so that positions of different ones are never taken for one another."""

from __future__ import annotations

from clickhouse_connect.driver.client import Client

from streams.store.schema import DATABASE


def generation_of(client: Client, feed: str, now_s: int) -> int:
    """Return the generation of a feed, the same for every worker that asks; a new feed gets one above all others.

    `feed` names the incarnation, such as a topic with its id; `now_s` is the wall clock in seconds since the epoch.
    The number is the second of first sight, or the next free one, so it stays below 2**32 until 2106.
    """
    known = known_generation(client, feed)
    if known is not None:
        return known
    top = client.query(f"SELECT max(generation) FROM {DATABASE}.generations").result_rows[0][0]
    client.insert(
        "generations",
        [[feed, max(now_s, int(top) + 1)]],
        column_names=["feed", "generation"],
        database=DATABASE,
    )
    settled = known_generation(client, feed)
    if settled is None:
        raise RuntimeError(f"the store took the generation of {feed} and does not show it")
    return settled


def known_generation(client: Client, feed: str) -> int | None:
    """Return the generation of a feed, None where nobody has asked for one yet."""
    # Two workers may number one new feed at the same moment: both then take the lower number.
    rows = client.query(
        f"SELECT min(generation) FROM {DATABASE}.generations WHERE feed = {{feed:String}} HAVING count() > 0",
        parameters={"feed": feed},
    ).result_rows
    return int(rows[0][0]) if rows else None

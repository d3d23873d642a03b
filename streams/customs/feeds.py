"""Which feeds hold raw messages of customs systems, by their name; all others hold events of schema v1."""

from __future__ import annotations

from typing import Final

CUSTOMS_TOPIC: Final = "customs-messages"

CUSTOMS_SUFFIXES: Final = (".customs.jsonl", ".customs.jsonl.gz")
"""How the names of files end that hold raw messages, one a line."""


def holds_customs_messages(feed: str) -> bool:
    """Say whether a feed, a topic or `file:NAME` as the store names it, holds raw messages."""
    return feed == CUSTOMS_TOPIC or (feed.startswith("file:") and feed.lower().endswith(CUSTOMS_SUFFIXES))

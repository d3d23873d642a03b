"""Knows the generations of the topics whose positions a worker writes down."""

from __future__ import annotations

import time

from clickhouse_connect.driver.client import Client

from streams.core.event import Feed
from streams.kafka.topics import TopicIdentity
from streams.store.generations import generation_of


class Feeds:
    """Numbers feeds through the store and remembers the numbers. Use from one thread."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._feeds: dict[tuple[str, str], Feed] = {}

    def feed_of(self, topic: str, topic_id: str) -> Feed:
        """Return the feed of one incarnation of a topic."""
        feed = self._feeds.get((topic, topic_id))
        if feed is None:
            name = TopicIdentity(topic, topic_id, 0).feed
            feed = Feed(topic, generation_of(self._client, name, int(time.time())))
            self._feeds[topic, topic_id] = feed
        return feed

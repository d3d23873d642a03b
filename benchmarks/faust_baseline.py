"""The baseline: a Faust agent that takes one event at a time and decodes it, as Faust's documentation shows.

Run as `python -m benchmarks.faust_baseline worker`. Says on standard output `begun` when it has its first message and
`done N` when all N are decoded.
"""

from __future__ import annotations

import sys

import faust

from benchmarks.message import TOPIC, Job, decode

job = Job.of_environment()

app = faust.App(
    "benchmark-baseline",
    broker=f"kafka://{job.bootstrap}",
    store="memory://",
    web_enabled=False,
)
events = app.topic(TOPIC, value_type=bytes, value_serializer="raw")


@app.agent(events)
async def decode_each(stream: faust.StreamT[bytes]) -> None:
    seen = 0
    async for event in stream:
        if seen == 0:
            say("begun")
        decode(event)
        seen += 1
        if seen == job.events:
            say(f"done {seen}")


def say(text: str) -> None:
    # Faust turns what is printed into log lines; this is the standard output itself.
    print(text, file=sys.__stdout__, flush=True)


if __name__ == "__main__":
    app.main()

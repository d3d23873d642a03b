"""Pieces of the texts that people get: the office by its name, fixed words by their language, links."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from streams.core.durations import Language
from streams.words import CHANNELS, DIRECTIONS, INTERVALS, STAGES, WAITING_ON, Word, Words


@dataclass(frozen=True)
class Links:
    """Where boards and the runbook are: the base address of Grafana, and the page of the runbook."""

    grafana: str = "http://127.0.0.1:3000"
    runbook: str = "docs/runbook.md"

    def board(self, path: str) -> str:
        """Return the address of a board; `path` is its uid with the variables."""
        return f"{self.grafana.rstrip('/')}/d/{path}"

    def runbook_of(self, alert: str) -> str:
        """Return the address of an alert's section."""
        return f"{self.runbook}#{alert.lower()}"


def bilingual(text: Callable[[Language], str]) -> Word:
    """Write in both languages what needs no words of its own."""
    return Word(text("vi"), text("en"))


def office(language: Language) -> str:
    """Return the template of an office's name and code, asked of `release_office_info`; without it the code alone."""
    return (
        '{{ with printf "last_over_time(release_office_info{office=%q}[1h])" $labels.office | query }}'
        f'{{{{ . | first | label "name_{language}" }}}} ({{{{ $labels.office }}}})'
        "{{ else }}{{ $labels.office }}{{ end }}"
    )


def word(label: str, language: Language, values: Iterable[str] = ()) -> str:
    """Return the template of the word for a label's value; of a value that is not in the catalogue, the value itself.

    `values` are those that can occur, if not all of them can.
    """
    words = _WORDS[label]
    cases = [
        f'if eq $labels.{label} "{value}" }}}}{words[value].in_(language)}{{{{ '
        for value in (tuple(values) or tuple(words))
    ]
    return f"{{{{ {'else '.join(cases)}else }}}}{{{{ $labels.{label} }}}}{{{{ end }}}}"


_WORDS: Final[Mapping[str, Words]] = {
    "channel": CHANNELS,
    "direction": DIRECTIONS,
    "interval": INTERVALS,
    "stage": STAGES,
    "waiting_on": WAITING_ON,
}

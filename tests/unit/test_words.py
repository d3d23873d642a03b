"""Every fixed word has a name in both languages."""

from __future__ import annotations

from typing import get_args

import pytest

from streams import words
from streams.adapters.spec import Actor
from streams.core.measure import FLAGS
from streams.core.timeline import MILESTONES, STATE
from streams.core.vocabulary import EVENT_TYPES, FINDINGS, INTERVAL_CODES, STAGES, STATUSES

FINDINGS_OF_VIEWS = ("orphan", "future", "duplicate", "sequence_gap", "sequence_repeat")


@pytest.mark.parametrize(
    ("catalogue", "vocabulary"),
    [
        (words.EVENT_TYPES, EVENT_TYPES),
        (words.MILESTONES, MILESTONES),
        (words.INTERVALS, INTERVAL_CODES),
        (words.FLAGS, FLAGS),
        (words.STATUSES, STATUSES),
        (words.STAGES, STAGES),
        (words.ACTORS, get_args(Actor)),
        (words.FINDINGS, (*FINDINGS, *FINDINGS_OF_VIEWS)),
        (words.STATES, ("effective", "replaced", "retracted", "conflicting")),
        (words.DIRECTIONS, ("import", "export")),
        (words.CHANNELS, ("1", "2", "3")),
        (words.WAITING_ON, ("customs", "declarant", "oga", "bank", "port")),
    ],
    ids=lambda value: "",
)
def test_the_catalogue_has_the_words_of_the_vocabulary_in_its_order(
    catalogue: words.Words, vocabulary: tuple[str, ...]
) -> None:
    assert list(catalogue) == list(vocabulary)


CATALOGUES = {name: value for name, value in vars(words).items() if name.isupper()}


@pytest.mark.parametrize("name", CATALOGUES)
def test_every_word_is_in_both_languages(name: str) -> None:
    for key, word in CATALOGUES[name].items():
        if (name, key) == ("STATES", "effective"):
            continue
        assert word.in_("vi") == word.vi.strip() != ""
        assert word.in_("en") == word.en.strip() != ""
        assert word.vi != word.en, key


@pytest.mark.parametrize("name", [name for name in CATALOGUES if name not in ("LABELS", "FLAGS", "FINDINGS")])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_two_words_of_a_catalogue_look_alike(name: str, language: str) -> None:
    shown = [getattr(word, language) for word in CATALOGUES[name].values()]
    assert len(set(shown)) == len(shown)


def test_what_is_followed_of_the_state_has_a_label() -> None:
    assert set(STATE) <= words.LABELS.keys()


def test_the_intervals_have_the_names_of_the_domain() -> None:
    assert words.INTERVALS["REG_REL"].vi == "Từ tiếp nhận tờ khai đến quyết định thông quan/giải phóng hàng"
    assert words.INTERVALS["DOC_REL"].en == "Document check to release"

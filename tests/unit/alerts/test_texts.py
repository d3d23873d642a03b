"""Pieces of templates: names, words and links. What becomes of them is tested with Prometheus itself."""

from __future__ import annotations

from streams.alerts.texts import Links, office, word


def test_a_word_of_the_catalogue_or_the_value_itself() -> None:
    assert word("channel", "vi", "23") == (
        '{{ if eq $labels.channel "2" }}vàng{{ else if eq $labels.channel "3" }}đỏ'
        "{{ else }}{{ $labels.channel }}{{ end }}"
    )


def test_every_word_where_no_values_are_named() -> None:
    for english in ("customs", "declarant", "another agency", "bank", "port"):
        assert f"}}}}{english}{{{{" in word("waiting_on", "en")


def test_the_name_of_an_office_is_asked_for_by_language() -> None:
    assert 'label "name_vi"' in office("vi")
    assert 'label "name_en"' in office("en")


def test_links() -> None:
    links = Links("https://grafana.example/", "https://docs.example/runbook")
    assert links.board("release-office/?var-office=27F1") == (
        "https://grafana.example/d/release-office/?var-office=27F1"
    )
    assert links.runbook_of("ReleaseFeedSilent") == "https://docs.example/runbook#releasefeedsilent"

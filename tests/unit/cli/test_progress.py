import pytest

from streams.cli import progress


@pytest.mark.parametrize(
    ("every_s", "said"),
    [(0.0, ["job: 1 of 3", "job: 2 of 3", "job: 3 of 3"]), (1e9, [])],
    ids=["each is told", "too quick to be told"],
)
def test_a_count_without_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, every_s: float, said: list[str]
) -> None:
    monkeypatch.setattr(progress, "_EVERY_S", every_s)
    with progress.counted("job", 3) as tell:
        for done in (1, 2, 3):
            tell(done)
    assert capsys.readouterr().err.splitlines() == said


def test_who_was_told_of_a_count_is_told_of_its_end(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_EVERY_S", 0.0)
    with progress.counted("job", 3) as tell:
        tell(1)
        monkeypatch.setattr(progress, "_EVERY_S", 1e9)
        tell(3)
    assert capsys.readouterr().err.splitlines() == ["job: 1 of 3", "job: 3 of 3"]

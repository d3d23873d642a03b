"""Tests of texts: which rows a rule is for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from streams.adapters.spec import ConditionSpec, TestSpec

TextTest = Callable[[str | None], bool]
"""Says whether a text passes; None is a column without a value, which only `absent: true` lets pass."""

RowTest = Callable[[Mapping[str, str]], bool]


def text_test(spec: str | TestSpec) -> TextTest:
    """Compile one test; a plain text means equality. Raises ValueError when it does not say exactly one thing."""
    if isinstance(spec, str):
        spec = TestSpec(is_=spec)
    named = {
        "is": spec.is_,
        "one_of": spec.one_of,
        "prefix": spec.prefix,
        "regex": spec.regex,
        "absent": spec.absent,
    }
    given = [name for name, value in named.items() if value is not None]
    if len(given) != 1:
        raise ValueError(f"give exactly one of {', '.join(named)}; there is {' and '.join(given) or 'none'}")
    if spec.prefix is not None:
        prefix = spec.prefix
        return lambda text: text is not None and text.startswith(prefix)
    if spec.regex is not None:
        try:
            search = re.compile(spec.regex).search
        except (re.error, OverflowError, RecursionError) as error:
            raise ValueError(f"regex {spec.regex!r}: {error}") from error
        return lambda text: text is not None and search(text) is not None
    if spec.absent is not None:
        absent = spec.absent
        return lambda text: (text is None) == absent
    wanted = frozenset(spec.one_of if spec.one_of is not None else [spec.is_])
    return lambda text: text in wanted


def row_test(spec: ConditionSpec) -> RowTest:
    """Compile the test of a column."""
    column, test = spec.column, text_test(spec)
    return lambda values: test(values.get(column))

"""Loads reference data: from a file of the department's own, or from the one that comes with the program."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from streams.core.reference import Reference
from streams.reference.build import build
from streams.reference.errors import ReferenceFileError, WrongError
from streams.reference.shape import shaped
from streams.strict_yaml import YamlFileError, read_yaml

SHIPPED: Final = Path(__file__).resolve().with_name("vn-27.yaml")
"""The reference data that comes with the program: the department of Thanh Hóa, Viet Nam."""


def load_reference(path: Path | None) -> Reference:
    """Read and check a reference file, None for the shipped one.

    Raises ReferenceFileError, one line with the file, the place in it, what is wrong and what is allowed.
    """
    path = SHIPPED if path is None else path
    try:
        return build(shaped(read_yaml(path)))
    except YamlFileError as error:
        raise ReferenceFileError(str(error)) from error
    except WrongError as error:
        raise ReferenceFileError(f"{path}: {error.place}: {error.what}") from error

"""Reference data from a file: offices, calendars, targets and scope, read, checked and compiled."""

from streams.reference.errors import ReferenceFileError
from streams.reference.load import load_reference

__all__ = ["ReferenceFileError", "load_reference"]

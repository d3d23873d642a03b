"""The failure that a command reports itself."""


class CommandError(Exception):
    """What is wrong, where, and what to do, in one line."""

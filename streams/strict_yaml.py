"""Small YAML files read strictly: bounded, no duplicate keys, no anchors, errors in one line with their place."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import yaml

MAX_BYTES: Final = 262_144


class YamlFileError(Exception):
    """A file can't be read as YAML. The text is one line: the file, the place in it, and what is wrong there."""


class _StrictLoader(yaml.SafeLoader):
    """The safe loader without anchors (they can unfold without bound) and without keys given twice."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="anchors and aliases are not used here", problem_mark=mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in keys:
                    problem = f"the key {key.value!r} is given twice"
                    raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
                keys.add(key.value)
        return super().construct_mapping(node, deep)


def read_yaml(path: Path) -> Any:
    """Return the content of a YAML file. Raises YamlFileError when it can't be read or is over 256 KiB."""
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise YamlFileError(f"{path}: {error.strerror or error}") from error
    if len(text) > MAX_BYTES:
        raise YamlFileError(f"{path}: is larger than {MAX_BYTES} bytes")
    try:
        return yaml.load(text, _StrictLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise YamlFileError(f"{path}: {where}{error.problem or error.context}") from error
    except (yaml.YAMLError, ValueError) as error:
        what = " ".join(str(error).split())
        raise YamlFileError(f"{path}: not readable as YAML: {what}") from error
    except RecursionError as error:
        raise YamlFileError(f"{path}: is nested too deeply") from error

"""The part of YAML that settings are written in: texts, numbers, truth values, lists, and mappings with each key once.

YAML has more: anchors that a few lines blow up into gigabytes, tags that make objects, repeated keys of which the last
wins, `no` that means false, `1:30` that means ninety. Here it is refused with its place, or is the text it looks like.
Scalars are those of YAML 1.2's core schema, in decimal (yaml.org/spec/1.2.2, section 10.3).
"""

import re
from collections.abc import Callable, Container, Iterator, Mapping
from typing import Any, cast

import yaml

type Node = Mapping[str, object]

MOST_CHARACTERS = 320 * 1024  #: room for the largest grader that the training service takes
MOST_DEPTH = 20  #: of lists and mappings in each other

SCALARS: dict[str, Callable[[str], object]] = {
    r"~|null|Null|NULL|": lambda _: None,
    r"true|True|TRUE": lambda _: True,
    r"false|False|FALSE": lambda _: False,
    r"[-+]?(0|[1-9][0-9]{0,17})": int,
    r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?": float,
}
"""What a scalar without quotes is, by its pattern; whatever matches none is text."""


SURROGATE = re.compile("[\ud800-\udfff]")


class NotPlain(ValueError):
    """The text is not YAML, or is more than plain YAML. The message names line and column, where there are any."""


def read_mapping(text: str) -> dict[str, object]:
    """The keys and values of a document; none if it is empty. Raises `NotPlain`."""
    if len(text) > MOST_CHARACTERS:
        raise NotPlain(f"{len(text):,} characters; at most {MOST_CHARACTERS:,} are read")
    try:
        return _document(yaml.parse(text, Loader=yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        raise _refused(error.problem_mark, f"not YAML: {error.problem}{_hint(text, error.problem_mark)}") from error
    except yaml.YAMLError as error:
        raise NotPlain(f"not YAML: {str(error).splitlines()[0]}") from error


def merged(base: Node, top: Node, whole: Container[str] = ()) -> dict[str, object]:
    """The values of `top` laid over those of `base`, mapping by mapping; a key in `whole` is replaced as one."""
    document = dict(base)
    for key, value in top.items():
        below = document.get(key)
        both_deep = isinstance(below, dict) and isinstance(value, dict) and key not in whole
        document[key] = merged(cast("Node", below), cast("Node", value), whole) if both_deep else value
    return document


def _refused(mark: Any, why: str) -> NotPlain:  # PyYAML has two classes of marks
    return NotPlain(f"line {mark.line + 1}, column {mark.column + 1}: {why}")


def _hint(text: str, mark: Any) -> str:
    """YAML reads an unquoted `>=3` as the beginning of a folded text."""
    around = text[max(mark.index - 1, 0) : mark.index + 1]
    return '; write a comparison in quotes, such as ">=3"' if ">" in around else ""


def _document(events: Iterator[yaml.Event]) -> dict[str, object]:
    next(events)  # the stream begins
    if isinstance(next(events), yaml.StreamEndEvent):
        return {}
    first = next(events)
    content = _value(first, events, depth=1)
    next(events)  # the document ends
    if not isinstance(after := next(events), yaml.StreamEndEvent):
        raise _refused(after.start_mark, "a second document begins; one is read")
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise _refused(first.start_mark, f"found {content!r:.60}; expected keys and values")
    return cast("dict[str, object]", content)


def _value(event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> object:
    if getattr(event, "anchor", None) is not None:
        raise _refused(event.start_mark, "anchors (&) and aliases (*) are not taken; write the value out")
    if (tag := getattr(event, "tag", None)) is not None:
        raise _refused(event.start_mark, f"tags are not taken; found {tag!r:.60}")
    if depth > MOST_DEPTH:
        raise _refused(event.start_mark, f"nested too deep; at most {MOST_DEPTH} levels are read")
    match event:
        case yaml.ScalarEvent():
            return _scalar(event)
        case yaml.SequenceStartEvent():
            return _list(events, depth)
        case _:
            return _mapping(events, depth)


def _mapping(events: Iterator[yaml.Event], depth: int) -> dict[str, object]:
    mapping: dict[str, object] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        key = _key(event, events, depth)
        if not isinstance(key, str) or not key.isprintable():
            raise _refused(event.start_mark, f"a key must be printable text; found {key!r:.60}")
        if key in mapping:
            raise _refused(event.start_mark, f"the key {key!r:.60} is given twice")
        mapping[key] = _value(next(events), events, depth + 1)
    return mapping


def _key(event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> object:
    """A whole number is the text it is written as: rules are named by number."""
    key = _value(event, events, depth + 1)
    return event.value if type(key) is int and isinstance(event, yaml.ScalarEvent) else key


def _list(events: Iterator[yaml.Event], depth: int) -> list[object]:
    items: list[object] = []
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        items.append(_value(event, events, depth + 1))
    return items


def _scalar(event: yaml.ScalarEvent) -> object:
    if SURROGATE.search(event.value):
        raise _refused(event.start_mark, "half a surrogate pair is no character")
    plain = event.implicit[0]
    conversions = (convert for pattern, convert in SCALARS.items() if plain and re.fullmatch(pattern, event.value))
    return next(conversions, str)(event.value)

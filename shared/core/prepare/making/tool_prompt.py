"""Tools that a system message describes in its text, found and taken out of it.

The service tells a model about its tools itself, and how to call them: a description left in the text would teach a
second way to call. What is left out begins with the paragraph that introduces the tools, or with a heading `# Tools`,
and goes on to the end.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple, cast

from shared.core.prepare.faults import Fault
from shared.core.prepare.making.loose_json import NotLiteral, read_values
from shared.core.prepare.rule import Rule

BEGINS = re.compile(r"""(?:\[\s*)?\{\s*["'](?:name|type|description|parameters|function)["']\s*:""")
HEADING = re.compile(r"^# Tools\b", re.MULTILINE)
PARAGRAPH = re.compile(r"\n[ \t]*\n")
CLOCK = re.compile(r"The current time is [\d: -]+\.")
MAX_TRIES = 20  #: places that look like the beginning of a tool

DESCRIPTION_REMOVED = Fault(
    Rule(50, "tools", "fix", "nothing to do; the service describes tools to the model itself"),
    "the part of the system message that describes the tools was left out: they are declared in 'tools'",
)


class Prompt(NamedTuple):
    """A system message without its tools, and the tools."""

    text: str
    tools: list[object]


@lru_cache(maxsize=8)
def read_prompt(text: str) -> Prompt | None:
    """A system message taken apart; `None` if it describes no tools. Cached: many rows share theirs."""
    for begin in _beginnings(text):
        try:
            values, _ = read_values(text, begin)
        except NotLiteral:
            continue
        tools = [tool for value in values for tool in _entries(value)]
        if tools and all(_is_tool(tool) for tool in tools):
            return Prompt(_before(text, begin), tools)
    return None


def _beginnings(text: str) -> Iterator[int]:
    for found, _ in zip(BEGINS.finditer(text), range(MAX_TRIES), strict=False):
        yield found.start()


def _entries(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else [value]


def _is_tool(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    tool = cast("dict[str, object]", value)
    function = tool.get("function")
    described = cast("dict[str, object]", function) if isinstance(function, dict) else tool
    return (
        isinstance(described.get("name"), str)
        and isinstance(described.get("parameters", {}), dict)
        and ("parameters" in described or "description" in described)
    )


def _before(text: str, begin: int) -> str:
    """What stands before the paragraph or heading that introduces the tools, and the time of day they may need."""
    heading = HEADING.search(text, 0, begin)
    mentioned = text.find("<tools>", 0, begin)
    introduced = mentioned if mentioned >= 0 else begin
    ends = [found.start() for found in PARAGRAPH.finditer(text[:introduced].rstrip())]
    cut = heading.start() if heading else ends[-1] if ends else 0
    clock = CLOCK.search(text, cut, begin)
    return "\n\n".join(part for part in (text[:cut].strip(), clock[0] if clock else "") if part)

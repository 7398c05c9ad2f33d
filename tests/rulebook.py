"""Writes `docs/rules.md` from the list of rules, and from rows that break them: `python -m tests.rulebook`.

The messages in it are what the engine says of those rows.
"""

from collections.abc import Iterator
from pathlib import Path
from textwrap import fill, shorten

from shared.core.prepare.rules.book import CHAPTERS, ELSEWHERE, Entry
from tests.core.prepare.rules.specimens import Kind, specimens
from tests.core.prepare.rules.telling import Told, told

WIDTH = 120
DOCUMENT = Path(__file__).parents[1] / "docs" / "rules.md"

INTRODUCTION = """\
# Rules

What a dataset must keep, by number. Reports and the rejects file name the number; the recipe can raise a rule, lower
it or switch it off under `data.rules`, for example `rules: {30: reject, 67: off}`. Written by `python -m
tests.rulebook` from the list in `shared/core/prepare/rules/book/`; the messages are what the engine says of the rows.

| severity | means |
|---|---|
| error | the file cannot be used |
| reject | the row cannot be used; it goes to the rejects file with its reasons |
| fix | the row was repaired, and counts as fixed |
| warning | the row is used; somebody should look |
| info | the row is used; nothing need be done |
"""


def document() -> str:
    """The page."""
    chapters = (_chapter(title, entries) for title, entries in CHAPTERS)
    return "\n".join([INTRODUCTION, *chapters, *_elsewhere()])


def _chapter(title: str, entries: tuple[Entry, ...]) -> str:
    return "\n".join([f"## {title}\n", *(_rule(entry) for entry in entries)])


def _rule(entry: Entry) -> str:
    title = entry.title[0].upper() + entry.title[1:]
    facts = [
        f"### {entry.number}. {title}\n",
        f"{_wrapped(f'*{", ".join(entry.severities)}.* {entry.checks}')}\n",
        f"{_wrapped(f'**Why.** {entry.why}')}\n",
        f"{_wrapped(f'**What to do.** {entry.remedy}')}\n",
    ]
    return "\n".join([*facts, *_rows(entry.number, "breaks"), *_rows(entry.number, "nearly")])


def _rows(number: int, kind: Kind) -> Iterator[str]:
    yield "Breaks it:\n" if kind == "breaks" else "Does not:\n"
    for specimen in specimens():
        if (specimen.rule, specimen.kind) == (number, kind):
            yield f"```text\n{specimen.shown}\n```\n"
            yield from (f"{_quoted(each)}\n" for each in told(specimen) if each.rule == number)


def _quoted(message: Told) -> str:
    expected = f" Expected: {_short(message.expected)}." if message.expected else ""
    said = f"**{message.severity}**: {message.message}.{expected} What to do: {message.remedy}."
    return fill(
        said, WIDTH, initial_indent="> ", subsequent_indent="> ", break_long_words=False, break_on_hyphens=False
    )


def _short(text: str) -> str:
    """A text without the end of a long list, which says nothing about the rule."""
    return shorten(text, WIDTH, placeholder=" ...") if len(text) > 2 * WIDTH else text


def _wrapped(text: str) -> str:
    return fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def _elsewhere() -> Iterator[str]:
    yield "## Rules that are seen to elsewhere\n"
    yield "| rule | about | who sees to it |\n|---|---|---|"
    yield from (f"| {one.number} | {one.title} | {one.who} |" for one in ELSEWHERE)
    yield ""


if __name__ == "__main__":
    DOCUMENT.write_text(document())

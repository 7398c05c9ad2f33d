"""A report as text for a terminal: the verdict first, then what became of the rows, what to do, and what was found."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from textwrap import wrap

from rich.text import Text

from shared.command.writing import Written
from shared.core.prepare.report import Finding, Place, Report
from shared.core.prepare.rule import Severity
from shared.core.recipe import METHOD_NAMES
from shared.report.advice import advice, asks_for_something, remedies
from shared.report.dataset import fates
from shared.report.plain import cut, one_line
from shared.report.words import tokens

HEADINGS: dict[Severity, tuple[str, str]] = {
    "error": ("Errors", "bold red"),
    "reject": ("Rejected rows", "bold red"),
    "warning": ("Warnings", "bold yellow"),
    "fix": ("Repaired rows", "bold cyan"),
    "info": ("Notes", "bold"),
}
MOST_PLACES = 8  #: of a finding
MOST_EXPECTED = 240  #: characters
LABEL_WIDTH = 10
INDENT = "  "


def told(report: Report, written: Written | None, width: int) -> Iterator[Text]:
    """The lines, of at most so many characters."""
    yield from _verdict(report, width)
    yield from _account(report, width)
    yield from _what_to_do(report, width)
    for severity, (heading, style) in HEADINGS.items():
        findings = [finding for finding in report.findings if finding.severity == severity]
        if findings:
            yield from _section(heading, style)
        for finding in findings:
            yield from _finding(finding, width, is_of_set=len(report.inputs) > 1)
    if written:
        yield from _section(f"Written to {one_line(str(written.folder))}", "bold")
        for name, what in written.files.items():
            yield from _indented(f"{name}: {what}", width, INDENT, INDENT * 2)


def _verdict(report: Report, width: int) -> Iterator[Text]:
    names = ", ".join(f"{given.name} ({given.stored_as or 'unreadable'})" for given in report.inputs)
    first, *others = _wrapped(f"{report.verdict}: {names}", width)
    line = Text(first)
    line.stylize("bold green" if report.is_accepted else "bold red", 0, len(report.verdict))
    yield line
    yield from map(Text, others)
    for sentence in (*report.reasons, *report.notes):
        yield Text()
        yield from map(Text, _wrapped(sentence, width))


def _account(report: Report, width: int) -> Iterator[Text]:
    yield Text()
    read = f"{report.rows.read:,}"
    yield from _labelled("rows", f"{read} read", width)
    yield from (Text(f"{'':{LABEL_WIDTH}}{fate.rows:>{len(read)},} {fate.words}") for fate in fates(report.rows))
    formats = ", ".join(f"{name} ({count:,})" for name, count in report.formats.items())
    yield from _labelled("formats", formats or "none that is known", width)
    yield from _labelled("method", METHOD_NAMES[report.method] if report.method else "none", width)
    parts = {"training": report.training, "validation": report.validation, "test": report.test}
    yield from _labelled("examples", ", ".join(f"{part.rows:,} {name}" for name, part in parts.items()), width)
    yield from _labelled("tokens", tokens(report.training_tokens), width)


def _what_to_do(report: Report, width: int) -> Iterator[Text]:
    yield from _section("What to do", "bold")
    yield from _indented(advice(report), width, INDENT)
    for remedy in remedies(report):
        yield from _indented(f"- {remedy.text} ({remedy.count:,} x)", width, INDENT, f"{INDENT}  ")


def _section(heading: str, style: str) -> Iterator[Text]:
    yield Text()
    yield Text(heading, style)


def _finding(finding: Finding, width: int, *, is_of_set: bool) -> Iterator[Text]:
    times = f"{finding.count:,} x " if finding.count > 1 else ""
    rule = f" (rule {finding.rule})" if finding.rule else ""
    yield from _indented(f"{times}{finding.message}{rule}", width, INDENT, INDENT * 2)
    if finding.expected:
        yield from _faint(f"expected: {cut(finding.expected, MOST_EXPECTED)}", width)
    if finding.samples:
        yield from _faint(f"such as: {', '.join(finding.samples)}", width)
    if asks_for_something(finding):
        yield from _faint(f"what to do: {finding.remedy}", width)
    if finding.places:
        yield from _faint(_places(finding, is_of_set=is_of_set), width)


def _places(finding: Finding, *, is_of_set: bool) -> str:
    """The first places; in a set, with the name of each file: `train.jsonl line 4, 9:12; val.jsonl line 3`."""
    shown = finding.places[:MOST_PLACES]
    files = groupby(shown, key=lambda place: place.file)
    told_files = "; ".join(f"{f'{name} ' * is_of_set}{_lines([*places])}" for name, places in files)
    more = max(finding.count, len(finding.places)) - len(shown)
    return told_files + (f", and {more:,} more" if more else "")


def _lines(places: Sequence[Place]) -> str:
    """Each line once, with the column; and where in the row, if that is the same in all."""
    shown = dict.fromkeys(f"{place.line}:{place.column}" if place.column else f"{place.line}" for place in places)
    fields = {place.field for place in places}
    inside = f" in {places[0].field}" if len(fields) == 1 and places[0].field else ""
    return f"line{'s' if len(shown) > 1 else ''} {', '.join(shown)}{inside}"


def _labelled(label: str, text: str, width: int) -> Iterator[Text]:
    return _indented(text, width, f"{label:{LABEL_WIDTH}}", " " * LABEL_WIDTH)


def _faint(text: str, width: int) -> Iterator[Text]:
    for line in _indented(text, width, INDENT * 3, INDENT * 4):
        line.stylize("dim")
        yield line


def _indented(text: str, width: int, first: str, others: str | None = None) -> Iterator[Text]:
    return map(Text, _wrapped(text, width, first, first if others is None else others))


def _wrapped(text: str, width: int, first: str = "", others: str = "") -> list[str]:
    return wrap(
        one_line(text),
        width,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )

"""What `report.json` says of a dataset, arranged for showing: the account of its rows, and what was found in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from pydantic import ValidationError

from shared.core.prepare.report import Place, Report, Rows
from shared.core.prepare.rule import Severity

FATES = {
    "kept": "kept as they were",
    "fixed": "repaired",
    "test": "held for test",
    "filtered": "filtered by the recipe",
    "duplicates": "duplicates",
    "ties": "ties",
    "rejected": "rejected",
}
"""What becomes of a row, and how to say it. Each row has one fate, so that they sum up to the rows that were read."""

MOODS: dict[Severity, str] = {
    "error": "bad",
    "reject": "bad",
    "warning": "attention",
    "fix": "busy",
    "info": "neutral",
}


@dataclass(frozen=True)
class Fate:
    """A stretch of the bar; `begin` and `share` are per cent of all rows."""

    name: str
    words: str
    rows: int
    begin: float
    share: float


def read_report(document: Mapping[str, object] | None) -> Report | None:
    """The report, or `None` where there is none that this version can read."""
    if document is None:
        return None
    try:
        return Report.model_validate(document)
    except ValidationError:
        return None


def fates(rows: Rows) -> list[Fate]:
    """Those that rows have met."""
    return stretches([(name, words, getattr(rows, name)) for name, words in FATES.items()])


def parts(report: Report) -> list[Fate]:
    """The files that the examples went to, in the colours of the fates nearest to them."""
    written = (("kept", "training", report.training), ("fixed", "validation", report.validation))
    return stretches([(name, words, output.rows) for name, words, output in (*written, ("test", "test", report.test))])


def stretches(counts: Sequence[tuple[str, str, int]]) -> list[Fate]:
    """A bar of names, words and counts, without those of which there are none."""
    total = sum(count for _, _, count in counts)
    begins = accumulate((count for _, _, count in counts), initial=0)
    return [
        Fate(name, words, count, 100 * begin / total, 100 * count / total)
        for (name, words, count), begin in zip(counts, begins, strict=False)
        if count
    ]


def where(place: Place) -> str:
    column = f", column {place.column:,}" if place.column else ""
    return f"{place.file}, line {place.line:,}{column}" + (f", {place.field}" if place.field else "")

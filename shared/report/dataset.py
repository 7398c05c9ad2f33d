"""What `report.json` says of a dataset, arranged for showing: the account of its rows, and what was found in it."""

from collections.abc import Mapping
from dataclasses import dataclass

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
    counts = {name: getattr(rows, name) for name in FATES}
    met: list[Fate] = []
    begin = 0.0
    for name, count in counts.items():
        if count:
            share = 100 * count / rows.read
            met.append(Fate(name, FATES[name], count, begin, share))
            begin += share
    return met


def where(place: Place) -> str:
    return f"{place.file}, line {place.line:,}" + (f", column {place.column:,}" if place.column else "")

"""`report.html`: what was found in a dataset, as one file that needs nothing else. For whoever dropped it."""

from collections.abc import Iterator

from shared.core.prepare.report import Report, Statistics
from shared.core.recipe import METHOD_NAMES
from shared.report.advice import advice, remedies
from shared.report.dataset import MOODS, Fate, fates, parts, stretches
from shared.report.histogram import Histogram, histogram
from shared.report.rendering import render
from shared.report.specimens import Specimens

MOST_SHARES = 12  #: languages, and scripts; the others are added up
TASKS = {
    "questions": "questions that a grader answers",
    "labels": "labels",
    "short answers": "short answers",
    "texts": "whole texts",
}


def dataset_page(report: Report, specimens: Specimens) -> str:
    """The page. `specimens`: rows to show beside the findings that rejected them."""
    statistics = report.statistics
    return render(
        "report.html",
        report=report,
        refresh=None,
        moods=MOODS,
        specimens=specimens,
        fates=fates(report.rows),
        parts=parts(report),
        advice=advice(report),
        remedies=remedies(report),
        method_name=METHOD_NAMES[report.method] if report.method else None,
        task=TASKS.get(statistics.task, statistics.task) if statistics else None,
        histograms=[*_histograms(statistics)] if statistics else [],
        shares_of_examples=[*_shares(statistics)] if statistics else [],
    )


def _histograms(statistics: Statistics) -> Iterator[Histogram]:
    yield histogram("Length of examples", "bytes of text", statistics.text_bytes)
    if statistics.reply_bytes.most:  # problems have no replies
        yield histogram("Length of replies", "bytes of text", statistics.reply_bytes)
    yield histogram("Messages in an example", "messages", statistics.messages)


def _shares(statistics: Statistics) -> Iterator[tuple[str, list[Fate]]]:
    """What is charted by name: a title, and each name with its share of the examples."""
    for title, counts in (("Languages (of a sample)", statistics.languages), ("Scripts", statistics.scripts)):
        if counts:
            yield title, _most_first(counts)


def _most_first(counts: dict[str, int]) -> list[Fate]:
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    rest = sum(count for _, count in ordered[MOST_SHARES:])
    return stretches([("", name, count) for name, count in [*ordered[:MOST_SHARES], ("others", rest)]])

"""What to do about a dataset, in a few lines: the same at a terminal and on a page."""

from collections import Counter
from dataclasses import dataclass

from shared.core.prepare.report import Finding, Report

MOST_REMEDIES = 5
NOTHING_TO_DO = "nothing to do"  #: how the remedies begin that ask for nothing


@dataclass(frozen=True)
class Remedy:
    """One way to mend a dataset."""

    text: str
    count: int  #: places that it mends


def advice(report: Report) -> str:
    """The next thing to do, as a sentence or two."""
    if not report.is_accepted:
        mended = "Mend what is listed here" if remedies(report) else "Add what is missing"
        return f"{mended}, then check the dataset again."
    if left_out := report.rows.rejected:
        are, them = ("row is", "it") if left_out == 1 else ("rows are", "them")
        return f"It can be uploaded as it is. {left_out:,} {are} left out; mend what is listed here to keep {them}."
    if any(finding.severity == "warning" for finding in report.findings):
        return "It can be uploaded as it is. Look at the warnings first."
    return "Nothing: it can be uploaded as it is."


def remedies(report: Report) -> list[Remedy]:
    """How to mend what costs rows, or the whole file; what mends most comes first."""
    counts: Counter[str] = Counter()
    for finding in report.findings:
        if finding.severity in {"error", "reject"} and asks_for_something(finding):
            counts[finding.remedy] += finding.count
    return [Remedy(text, count) for text, count in counts.most_common(MOST_REMEDIES)]


def asks_for_something(finding: Finding) -> bool:
    return not finding.remedy.startswith(NOTHING_TO_DO)

"""Converting one row, for the tables of the formats."""

from shared.core.prepare.targets import Method
from tests.core.prepare.dropping import Line, drop, jsonl, said


def converted(row: object, method: Method | None = None) -> tuple[str, list[tuple[str, object]], list[str]]:
    """The format a row is taken for, what its example says, and what was repaired.

    The row is dropped twice: the second time it may be read in the fast way, which must come to the same example.
    """
    prepared = drop(jsonl([row, row]), method=method)
    assert prepared.report.rows.duplicates == 1
    [(name, votes)] = prepared.report.formats.items()
    [line] = prepared.training
    assert votes == 2
    return name, said(line), [finding.message for finding in prepared.report.findings if finding.severity == "fix"]


def refused(row: object, method: Method | None = None) -> tuple[int | None, str]:
    """The rule a row breaks, and the reason given; both times, behind a sound row of its format or not."""
    prepared = drop(jsonl([row, row]), method=method)
    assert prepared.training == [], "the row was not refused"
    [finding] = [finding for finding in prepared.report.findings if finding.severity == "reject"]
    assert [reject["reason"] for reject in prepared.rejects] == [finding.message] * 2
    return finding.rule, finding.message


def example_of(row: object, method: Method | None = None) -> Line:
    """The line a row becomes."""
    [line] = drop(jsonl([row]), method=method).training
    return line

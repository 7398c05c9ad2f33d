"""Converting one row, for the tables of the formats."""

from tests.core.prepare.dropping import Line, drop, jsonl, said


def converted(row: object) -> tuple[str, list[tuple[str, object]], list[str]]:
    """The format a row is taken for, what its example says, and what was repaired."""
    prepared = drop(jsonl([row]))
    [name] = prepared.report.formats
    [line] = prepared.training
    return name, said(line), [finding.message for finding in prepared.report.findings if finding.severity == "fix"]


def refused(row: object) -> tuple[int | None, str]:
    """The rule a row breaks, and the reason given."""
    prepared = drop(jsonl([row]))
    assert prepared.training == [], "the row was not refused"
    [finding] = [finding for finding in prepared.report.findings if finding.severity == "reject"]
    [reject] = prepared.rejects
    assert reject["reason"] == finding.message
    return finding.rule, finding.message


def example_of(row: object) -> Line:
    """The line a row becomes."""
    [line] = drop(jsonl([row])).training
    return line

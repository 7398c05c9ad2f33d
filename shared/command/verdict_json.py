"""A report as the JSON object that programs read."""

from collections.abc import Iterator

from shared.core.prepare.report import Finding, Place, Report


def as_json(report: Report) -> dict[str, object]:
    """The object. Every row that was read has one fate, so that the others sum up to `in`."""
    rows = report.rows.model_dump()
    return {
        "verdict": report.verdict,
        "format": next(iter(report.formats), ""),  # of most rows
        "method": report.method,
        "rows": {"in": rows.pop("read"), **rows},
        "tokens": report.training_tokens.count,
        "findings": [entry for finding in report.findings for entry in _entries(finding)],
    }


def _entries(finding: Finding) -> Iterator[dict[str, object]]:
    """One for each of its first places; one without a line if it concerns the file as a whole."""
    for place in finding.places or (None,):
        yield {
            "rule": finding.rule,
            "severity": finding.severity,
            **_where(place),
            "message": finding.message,
            "remedy": finding.remedy,
        }


def _where(place: Place | None) -> dict[str, object]:
    if place is None:
        return {"line": None, "column": None, "field": ""}
    return {"line": place.line, "column": place.column, "field": place.field}

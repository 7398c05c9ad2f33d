"""Whether a prepared dataset is fit to train on; if not, why, in sentences for its owner."""

from collections.abc import Sequence

from shared.core.prepare.report import Finding, Rows
from shared.core.prepare.split import MIN_TRAINING

MOST_EXAMPLES_GIVEN = 3


def reasons_to_reject(rows: Rows, training: int, most_rejected: float, findings: Sequence[Finding]) -> tuple[str, ...]:
    """Every reason; none if the dataset is fit. `most_rejected` is a share of all rows."""
    unreadable = [_sentence(finding) for finding in findings if finding.severity == "error"]
    if not rows.read:
        return tuple(unreadable) or ("The dataset is empty: it has no rows.",)
    rejected = [_too_many_rejected(rows, most_rejected, findings)] if rows.rejected > most_rejected * rows.read else []
    too_few = [_too_few(rows, training)] if training < MIN_TRAINING else []
    return (*unreadable, *rejected, *too_few)


def _sentence(finding: Finding) -> str:
    expected = f" Expected: {finding.expected}." if finding.expected else ""
    return f"{finding.message}.{expected} What to do: {finding.remedy}."


def _too_many_rejected(rows: Rows, most: float, findings: Sequence[Finding]) -> str:
    worst = [finding for finding in findings if finding.severity == "reject"][:MOST_EXAMPLES_GIVEN]
    share = f"{rows.rejected:,} of {rows.read:,} rows ({rows.rejected / rows.read:.1%})"
    return (
        f"{share} cannot be used; at most {most:.1%} may be (bad_rows.reject_file_above). "
        "Most often: "
        + "; ".join(_example(finding) for finding in worst)
        + ". Each is in the rejects file with its reason."
    )


def _example(finding: Finding) -> str:
    first = f", first on line {finding.places[0].line}" if finding.places else ""
    expected = f" (expected: {finding.expected})" if finding.expected else ""
    return f"{finding.message}{expected} ({finding.count:,} {'row' if finding.count == 1 else 'rows'}{first})"


def _too_few(rows: Rows, training: int) -> str:
    lost = {
        "rejected": rows.rejected,
        "duplicates": rows.duplicates,
        "ties": rows.ties,
        "filtered by the recipe": rows.filtered,
    }
    told = ", ".join(f"{count:,} {name}" for name, count in lost.items() if count)
    found = f"{training} training {'example' if training == 1 else 'examples'}"
    return f"{found}; at least {MIN_TRAINING} are needed. Of {rows.read:,} rows: {told or 'all are usable'}."

"""Whether a prepared dataset is fit to train on, and what its owner should know, in whole sentences."""

from collections.abc import Mapping, Sequence

from shared.core.prepare.report import Finding, Rows
from shared.core.prepare.split import MIN_TO_SPLIT, MIN_TRAINING

MOST_EXAMPLES_GIVEN = 3
MOST_EXPECTED = 200  #: characters in a sentence; what is longer stands with its finding
ENOUGH_TO_LEARN = 50  #: examples; fewer seldom change a model ("Customize a model with fine-tuning", 2026-02)

CONSEQUENCES = {
    "validation": "nothing shows whether the model learns its examples by heart",
    "test": "the tuned model is not evaluated on examples it has not seen",
}


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
    told = 0 < len(finding.expected) <= MOST_EXPECTED
    expected = f" (expected: {finding.expected})" if told else ""
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


def notes(training: int, missing: Mapping[str, str]) -> tuple[str, ...]:
    """What to know about an accepted dataset. `missing` gives a reason for each file that there is not."""
    few = f"{training} training examples are few; from about {ENOUGH_TO_LEARN} on a model changes."
    told = (f"There is no {name} file: {why}. So {CONSEQUENCES[name]}." for name, why in missing.items())
    return (*((few,) if training < ENOUGH_TO_LEARN else ()), *told)


def why_missing(*, is_split: bool, share: float, examples: int) -> str:
    """Why nothing is held back for a file of the split, of which the recipe asks this share."""
    if not is_split:
        return "the set came without one"
    if not share:
        return "the recipe holds nothing back for it"
    if examples < MIN_TO_SPLIT:
        return f"fewer than {MIN_TO_SPLIT} examples are not split"
    return "the examples have too few different prompts"

import pytest

from shared.core.prepare.report import Finding, Report, Rows
from shared.core.prepare.rule import Severity
from shared.report.advice import Remedy, advice, remedies
from tests.report.examples import report

MEND = "write the missing text"


def finding(severity: Severity, remedy: str = MEND, count: int = 1, message: str = "a text is empty") -> Finding:
    return Finding(rule=25, name="content", severity=severity, message=message, remedy=remedy, count=count)


def made(*findings: Finding, verdict: str = "accepted", rejected: int = 0) -> Report:
    rows = Rows(read=100, kept=100 - rejected, rejected=rejected)
    return Report.model_validate(report()).model_copy(update={"verdict": verdict, "rows": rows, "findings": findings})


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (made(), "Nothing: it can be uploaded as it is."),
        (made(finding("fix"), finding("info")), "Nothing: it can be uploaded as it is."),
        (made(finding("warning")), "It can be uploaded as it is. Look at the warnings first."),
        (
            made(finding("reject"), rejected=1),
            "It can be uploaded as it is. 1 row is left out; mend what is listed here to keep it.",
        ),
        (
            made(finding("reject"), rejected=3),
            "It can be uploaded as it is. 3 rows are left out; mend what is listed here to keep them.",
        ),
        (
            made(finding("reject"), verdict="rejected", rejected=30),
            "Mend what is listed here, then check the dataset again.",
        ),
        (made(verdict="rejected"), "Add what is missing, then check the dataset again."),
    ],
)
def test_there_is_a_next_thing_to_do(given: Report, sentence: str) -> None:
    assert advice(given) == sentence


def test_what_mends_most_comes_first_and_equal_remedies_are_one() -> None:
    given = made(
        finding("reject", count=2),
        finding("error", "unpack it", count=3),
        finding("reject", count=2, message="another text is empty"),
        finding("warning", "look at it", count=50),
        finding("reject", "nothing to do: it is gone"),
    )
    assert remedies(given) == [Remedy(MEND, 4), Remedy("unpack it", 3)]

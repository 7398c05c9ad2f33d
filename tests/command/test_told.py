"""What the command says of the samples, at 80 columns.

`tunedrop check samples/broken.csv > tests/command/golden/broken.csv.txt` writes it anew: to be read before it is kept.
"""

from pathlib import Path

import pytest

from shared.command.main import main
from shared.command.told import told
from shared.core.prepare.report import Report
from tests.report.examples import report

GOLDEN = Path(__file__).parent / "golden"
SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.mark.parametrize(("sample", "status"), [("helpsteer.jsonl", 0), ("broken.csv", 1)])
def test_a_sample_is_told_as_it_was_read_and_approved(
    sample: str, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(SAMPLES / sample)]) == status
    assert capsys.readouterr().out == (GOLDEN / f"{sample}.txt").read_text()


def lines(width: int) -> list[str]:
    return [line.plain for line in told(Report.model_validate(report()), None, width)]


@pytest.mark.parametrize("width", [40, 80, 100])
def test_lines_are_as_long_as_they_may_be(width: int) -> None:
    lengths = [len(line) for line in lines(width)]
    assert width - 10 <= max(lengths) <= width


def test_no_line_ends_with_a_space() -> None:
    assert [line for line in lines(80) if line != line.rstrip()] == []


def test_the_verdict_comes_first_and_what_costs_most_before_the_rest() -> None:
    said = "\n".join(lines(80))
    places = [said.index(part) for part in ("accepted: ", "rows  ", "What to do", "Rejected rows", "Repaired rows")]
    assert places == sorted(places)


def test_names_from_outside_cannot_steer_the_terminal() -> None:
    given = report()
    given["findings"][0]["message"] = "a key \x1b[31mred\x1b[0m\x07 \N{RIGHT-TO-LEFT OVERRIDE}txt"  # type: ignore[index]
    said = "\n".join(line.plain for line in told(Report.model_validate(given), None, 80))
    assert "a key [31mred [0m txt" in said
    assert not {"\x1b", "\x07", "\N{RIGHT-TO-LEFT OVERRIDE}"} & set(said)

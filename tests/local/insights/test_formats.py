import pytest

from local.insights.formats import NOTHING, clock, duration, figure


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 ms"),
        (0.0304, "30 ms"),
        (5.55, "5.5 s"),
        ("61.2", "1 min 01 s"),
        (3700, "1 h 01 min"),
        (None, NOTHING),
        ("soon", NOTHING),
    ],
)
def test_a_duration_is_written_in_the_units_a_reader_would_choose(seconds: float | str | None, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), ("0.123456", "0.1235"), (9999, "9999"), (1204332, "1,204,332"), ("", NOTHING), (None, NOTHING)],
)
def test_a_figure_has_four_digits_or_commas(value: float | str | None, text: str) -> None:
    assert figure(value) == text


def test_a_time_is_written_with_its_date_and_other_text_stays() -> None:
    assert clock("2026-11-24T10:00:07.5Z") == "24 Nov 2026 10:00:07"
    assert clock("soon") == "soon"

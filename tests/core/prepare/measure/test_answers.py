from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.json import encode

from shared.core.prepare.measure import answers as measuring
from shared.core.prepare.measure.answers import Answers
from tests.core.prepare.measure.making import line, measured, prose

type Told = list[tuple[int | None, str, str, tuple[int, ...]]]

SEVERAL = "prompts with several different answers"


def told(lines: Sequence[bytes]) -> Told:
    noted = measured(Answers, lines).faults()
    return [(each.fault.rule.number, each.fault.rule.severity, each.fault.reason, each.lines) for each in noted]


def labelled(**counts: int) -> list[bytes]:
    return [line(f"Text {label} {at}", label) for label, count in counts.items() for at in range(count)]


@pytest.mark.parametrize(
    ("lines", "task"),
    [
        pytest.param(labelled(good=30, bad=30), "labels", id="two labels"),
        pytest.param(labelled(good=24, bad=25), "short answers", id="too few rows for labels"),
        pytest.param([line(f"{at} + 1?", str(at + 1)) for at in range(100)], "short answers", id="all different"),
        pytest.param([line(str(at), str(at % 20)) for at in range(100)], "labels", id="five rows a label"),
        pytest.param([line(str(at), str(at % 21)) for at in range(100)], "short answers", id="fewer"),
        pytest.param([line(str(at), prose(at % 2)) for at in range(100)], "texts", id="long"),
        pytest.param([line(f"{at} + 1?") for at in range(100)], "questions", id="no replies"),
        pytest.param([], "questions", id="nothing"),
    ],
)
def test_the_task_is_guessed_from_the_replies(lines: list[bytes], task: str) -> None:
    assert measured(Answers, lines).task == task


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(labelled(good=90, bad=10), [], id="nine of ten"),
        pytest.param(
            labelled(good=91, bad=9), [(126, "warning", "one of 2 labels makes up 91 % of the examples", ())], id="more"
        ),
        pytest.param(labelled(good=91, Good=9), [], id="one label in two spellings"),
        pytest.param([line(str(at), prose(at % 20 > 0)) for at in range(100)], [], id="long texts are no labels"),
    ],
)
def test_labels_out_of_balance_are_told(lines: list[bytes], expected: Told) -> None:
    assert told(lines) == expected


CALM = labelled(good=30, bad=30)


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        pytest.param(
            [line("One text", "good"), line("one text", "bad")],
            [(123, "warning", "prompts with different labels: 1", (61, 62))],
            id="one text with two labels",
        ),
        pytest.param([line("One text", "good"), line("one text", "Good")], [], id="one label in two spellings"),
        pytest.param(
            [line("One text", "good", system="A"), line("One text", "bad", system="B")], [], id="two system prompts"
        ),
        pytest.param([line("Hi", "Hello", "More", "good"), line("Hi", "Bye", "More", "bad")], [], id="history"),
        pytest.param([line("One text"), line("One text")], [], id="no replies"),
    ],
)
def test_two_labels_for_one_prompt_contradict_each_other(pair: list[bytes], expected: Told) -> None:
    assert told([*CALM, *pair]) == expected


def test_several_texts_for_one_prompt_are_told_without_a_warning() -> None:
    lines = [line("Tell me a story.", prose(at)) for at in range(3)] + [line("Another.", prose(9))]
    assert told(lines) == [(123, "info", f"{SEVERAL}: 1", (1, 2, 3))]


def test_calls_are_replies_too() -> None:
    def asked(place: str) -> bytes:
        call = {"id": "1", "type": "function", "function": {"name": "weather", "arguments": place}}
        said = [{"role": "user", "content": "Weather?"}, {"role": "assistant", "tool_calls": [call]}]
        return encode({"messages": said})

    assert told([asked('{"place":"Rome"}'), asked('{"place":"Oslo"}')])[0][2] == f"{SEVERAL}: 1"
    assert told([asked('{"place":"Rome"}')] * 2) == []


def test_what_is_remembered_is_bounded_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "MOST_EXAMPLES", 100)
    monkeypatch.setattr(measuring, "MOST_FRESH", 10)
    monkeypatch.setattr(measuring, "MOST_DIFFERENT", 10)
    lines = [line(f"Prompt {at // 2}", f"Answer {at}") for at in range(1000)]
    made = measured(Answers, lines)
    assert (len(made.examples) <= 100, made.labels, made.task) == (True, None, "short answers")
    ((_, _, reason, _),) = told(lines)
    assert reason.startswith("prompts with several different answers, among one in 16 prompts: ")


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 3)), max_size=80), st.integers(1, 30), st.integers(0, 80))
def test_neither_blocks_nor_merging_change_what_is_found(rows: list[tuple[int, int]], size: int, half: int) -> None:
    lines = [line(f"Prompt {prompt}", f"Answer {answer}") for prompt, answer in rows]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measuring, "MOST_EXAMPLES", 30)
        patch.setattr(measuring, "MOST_DIFFERENT", 3)
        whole, first = measured(Answers, lines), measured(Answers, lines[:half], size)
        first.merge(measured(Answers, lines[half:], size))
        assert [each.fault for each in first.faults()] == [each.fault for each in whole.faults()]
        assert (first.task, first.labels, len(first.examples)) == (whole.task, whole.labels, len(whole.examples))

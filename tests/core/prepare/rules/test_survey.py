import pickle
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.prepare.chat import Assistant, ImagePart, ImageUrl, TextPart, User
from shared.core.prepare.rules.survey import Survey, preferences, size
from shared.core.prepare.rules.survey.preferences import SeenPairs
from shared.core.prepare.targets import Method, Problem, Target
from tests.core.prepare.rules.making import TOOLS, call, calling, chat, pair, problem

USER, REPLY = User("What is the price of a saw?"), Assistant("It is 12 EUR.")
OTHER_TOOLS = [{"type": "function", "function": {"name": "price_of"}}, {"type": "function", "function": {"name": "x"}}]


def picture(url: str = "https://example.com/saw.png") -> Target:
    return chat(User([ImagePart(ImageUrl(url)), TextPart("?")]), REPLY)


def surveyed(targets: Sequence[Target], *graded: str, start: int = 1) -> Survey:
    survey = Survey(graded)
    for number, target in enumerate(targets, start):
        survey.add(target, "drop.jsonl", number)
    return survey


def told(survey: Survey) -> list[tuple[int | None, str, str, list[int]]]:
    return [
        (fault.rule.number, fault.rule.severity, fault.reason, [place.line for place in places])
        for fault, places in survey.faults()
    ]


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        ([], []),
        ([chat(USER, REPLY)] * 3, []),
        ([chat(USER, calling(call()), tools=TOOLS)] * 2, []),
        (
            [chat(USER, calling(call()), tools=TOOLS), chat(USER, REPLY, tools=TOOLS)],
            [(59, "info", "1 of 2 rows with tools call none", [2])],
        ),
        (
            [chat(USER, calling(call()), tools=TOOLS), chat(USER, calling(call()), tools=OTHER_TOOLS)],
            [
                (58, "info", "the rows declare 2 different sets of tools", []),
                (58, "warning", "tools that are not declared alike in all rows: 'price_of'", [2]),
                (59, "info", "tools that no row calls: 'x'", []),
            ],
        ),
        (
            [picture(), chat(USER, REPLY)],
            [
                (67, "info", "1 of 2 examples have images", []),
                (
                    70,
                    "info",
                    "the service leaves out examples whose images show people, faces, children or CAPTCHAs",
                    [],
                ),
            ],
        ),
        (
            [picture("https://example.com/a?se=2026-05-01"), picture("https://example.com/a?se=2026-03-01"), picture()],
            [
                (
                    70,
                    "info",
                    "the service leaves out examples whose images show people, faces, children or CAPTCHAs",
                    [],
                ),
                (71, "info", "addresses of images expire, the first on 2026-03-01", [1, 2]),
            ],
        ),
        (
            [pair("Ten.", "Two."), pair("Two.", "Ten."), pair("Ten.", "Two.", prompt="And an axe?")],
            [
                (87, "warning", "2 pairs prefer what other pairs with their prompt do not", [1, 2]),
                (90, "info", "3 pairs; fewer than 500 may need several epochs", []),
            ],
        ),
        ([pair("Ten.", "Two.")] * 2, [(90, "info", "2 pairs; fewer than 500 may need several epochs", [])]),
        (
            [problem(answer="1"), problem(anwser="1"), problem(answer="2")],
            [(109, "warning", "the rows do not all have the same keys; in some only: 'answer', 'anwser'", [2])],
        ),
    ],
)
def test_what_rows_show_together_is_told(
    targets: list[Target], expected: list[tuple[int, str, str, list[int]]]
) -> None:
    assert told(surveyed(targets)) == expected


@pytest.mark.parametrize(
    ("preferred", "other", "severity", "reason"),
    [
        (40, 10, "warning", "is the longer one in 80% of 50 pairs; on average it is 1.6 times as long as the other"),
        (39, 11, "info", "is the longer one in 78% of 50 pairs; on average it is 1.5 times as long as the other"),
        (9, 41, "warning", "is the shorter one in 82% of 50 pairs; on average it is 0.6 times as long as the other"),
    ],
)
def test_a_bias_of_length_is_a_warning_from_four_in_five_on(
    preferred: int, other: int, severity: str, reason: str
) -> None:
    targets = [pair("Yes, it does.", "It is.")] * preferred + [pair("It is.", "Yes, it does.")] * other
    lengths = [each[:3] for each in told(surveyed(targets)) if each[0] == 89]
    assert lengths == [(89, severity, f"the preferred reply {reason}")]


def test_replies_that_are_hardly_longer_are_no_bias() -> None:
    lengths = [each[1] for each in told(surveyed([pair("It lasts.", "It lasts")] * 50)) if each[0] == 89]
    assert lengths == ["info"]


def test_problems_need_not_call_their_tools() -> None:
    assert told(surveyed([Problem(chat(USER, tools=TOOLS), {})])) == []


@pytest.mark.parametrize(
    ("answers", "reasons"),
    [
        (["1"] * 9, []),
        (["1"] * 10, ["'answer', which the grader reads, is the same in every row: one answer is always right"]),
        (["1"] * 9 + ["2"], []),
        (
            ["1", 2, {"is": 3}],
            [
                (
                    "'answer', which the grader reads, is not of one type: "
                    "a number in 1 rows, an object in 1 rows, text in 1 rows"
                )
            ],
        ),
    ],
)
def test_what_a_grader_compares_with_has_one_type_and_differs(answers: list[object], reasons: list[str]) -> None:
    survey = surveyed([problem(answer=each) for each in answers], "answer")
    assert [reason for number, _, reason, _ in told(survey) if number == 107] == reasons


TARGETS = st.sampled_from(
    [
        chat(USER, REPLY),
        chat(USER, REPLY, tools=TOOLS),
        chat(USER, calling(call()), tools=TOOLS),
        chat(USER, calling(call()), tools=OTHER_TOOLS),
        picture(),
        picture("https://example.com/a?se=2026-05-01"),
        pair("Ten.", "Two."),
        pair("Two.", "Ten."),
        pair("Two.", "Eleven or so."),
        problem(answer="1"),
        problem(answer=2, more=""),
        problem(),
    ]
)


@given(st.lists(TARGETS, max_size=60), st.integers(0, 60))
def test_two_processes_see_what_one_sees(targets: list[Target], cut: int) -> None:
    first = surveyed(targets[:cut], "answer")
    later = surveyed(targets[cut:], "answer", start=len(targets[:cut]) + 1)
    first.merge(pickle.loads(pickle.dumps(later)))
    assert told(first) == told(surveyed(targets, "answer"))


def test_many_sets_of_tools_are_not_held_in_memory() -> None:
    tools = [[{"type": "function", "function": {"name": f"tool_{number}"}}] for number in range(300)]
    survey = surveyed([chat(USER, REPLY, tools=each) for each in tools])
    assert [reason for number, _, reason, _ in told(survey) if number == 58] == [
        "the rows declare more than 256 different sets of tools"
    ]


@pytest.mark.parametrize("cut", [0, 70, 200])
def test_contradictions_are_found_among_a_part_of_too_many_pairs(monkeypatch: pytest.MonkeyPatch, cut: int) -> None:
    monkeypatch.setattr(preferences, "MOST_PAIRS", 64)
    one, two = SeenPairs(), SeenPairs()
    for number in range(100):
        for order, texts in enumerate([("A", "B"), ("B", "A")]):
            line = 2 * number + order
            (one if line < cut else two).add(f"Prompt {number}?", *texts, "drop.jsonl", line + 1)
    one.merge(two)

    found, places = one.contradicting()
    assert len(one.hashes) <= 64
    assert found == len(one.hashes) >= 16
    assert [place.line for place in places] == sorted(one.lines)[:20]


@pytest.mark.parametrize(
    ("method", "training", "validation", "rules"),
    [
        ("sft", 49, 0, [12]),
        ("sft", 2_000, 0, []),
        ("rft", 2_000, 0, [101]),
        ("rft", 2_000, 1, []),
        ("sft", 10, 0, [12]),
        ("sft", 9, 0, []),
        (None, 0, 0, []),
    ],
)
def test_the_sizes_of_the_files_are_told(
    method: Method | None, training: int, validation: int, rules: list[int]
) -> None:
    assert [fault.rule.number for fault in size.check(method, training, validation)] == rules

"""Several rules at once, and what only typed examples can break. Each rule for itself: `test_examples.py`."""

import pytest

from shared.core.prepare.chat import Assistant, ImagePart, ImageUrl, System, TextPart, Tool, User
from shared.core.prepare.rules import check
from shared.core.prepare.rules.preferences import is_clear
from shared.core.prepare.targets import Preference, Problem, Target
from tests.core.prepare.rules.making import TOOLS, answer, call, calling, chat, pair, problem

USER, REPLY = User("What is the price of a saw?"), Assistant("It is 12 EUR.")


def image(url: str) -> ImagePart:
    return ImagePart(ImageUrl(url))


PICTURE = image("https://example.com/saw.png")


def numbers(target: Target, *graded: str) -> list[int | None]:
    return [fault.rule.number for fault in check(target, graded)]


def places(target: Target) -> list[str]:
    return [fault.place for fault in check(target)]


@pytest.mark.parametrize(
    "target",
    [
        chat(USER, REPLY),
        chat(System("Be brief."), USER, REPLY, User("And an axe?"), Assistant("15 EUR.")),
        chat(User([PICTURE]), REPLY),
        chat(User([TextPart(" "), PICTURE]), REPLY),
        chat(USER, calling(call()), tools=TOOLS),
        chat(USER, calling(call()), answer(), REPLY, tools=TOOLS),
        chat(USER, calling(call(), text=""), tools=TOOLS),
        chat(USER, Assistant("Let me look."), calling(call()), tools=TOOLS),
        chat(USER, calling(call(), call(identity="call_2")), answer("call_2"), answer(), REPLY, tools=TOOLS),
        pair("About ten years.", "Two."),
        Preference(chat(USER, tools=TOOLS), [calling(call())], [REPLY]),
        Preference(chat(USER, tools=TOOLS), [calling(call()), answer(), REPLY], [Assistant("Who knows?")]),
        problem(reference_answer="80"),
        Problem(chat(User("Look it up."), tools=TOOLS), {}),
    ],
)
def test_a_sound_example_breaks_nothing(target: Target) -> None:
    assert numbers(target) == []


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (chat(), [20]),
        (chat(REPLY, System("Be brief.")), [29, 28, 27]),
        (chat(REPLY, REPLY), [27, 30]),
        (chat(User("Oil?", name="Ada L."), User(" "), Assistant("Yes.", weight=0)), [30, 32, 33, 25]),
        (chat(USER, Assistant(None, tool_calls=[])), [25, 52]),
        (chat(USER, calling(call("[]", "stock_of")), tools=TOOLS), [53, 52]),
        (chat(USER, calling(call(identity="")), tools=TOOLS), [52]),
        (chat(USER, calling(call("{}")), calling(call(name="x")), REPLY, tools=TOOLS), [53, 54, 54, 53]),
        (chat(USER, calling(call(), call("{}", "x", "call_2")), tools=TOOLS, is_parallel=False), [57, 53]),
        (chat(USER, calling(call()), tools=[{"type": "function"}]), [50]),
        (chat(User([image("http://localhost/"), image("https://localhost/")]), REPLY), [62, 71]),
        (Preference(chat(), [], []), [81, 82, 82]),
        (Preference(chat(REPLY), [Tool("12", "x")], [Assistant(" ")]), [81, 81, 54, 25, 82]),
        (Preference(chat(USER, calling(call()), tools=TOOLS), [REPLY], [answer(), REPLY]), [81, 54]),
        (Problem(chat(USER, REPLY), {}), [100]),
        (Problem(chat(User("?"), User("")), {}), [25]),
    ],
)  # fmt: skip
def test_every_rule_that_an_example_breaks_is_told(target: Target, expected: list[int]) -> None:
    assert numbers(target) == expected


def test_places_are_those_of_the_row() -> None:
    assert places(chat(USER, Assistant(" "))) == ["messages[1].content"]
    assert places(pair(" ", "Two.")) == ["preferred_output[0].content"]
    assert places(Preference(chat(User("")), [REPLY], [Assistant("Two.")])) == ["input.messages[0].content"]


def test_calls_without_ids_that_are_answered_wrongly_are_told_once() -> None:
    assert numbers(chat(USER, calling(call()), answer("call_9"), REPLY, tools=TOOLS)) == [54]


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"answer": "80"}, []),
        ({"answer": 0}, []),
        ({"answer": False}, []),
        ({"answer": " "}, [107]),
        ({"answer": None}, [107]),
        ({"answer": []}, [107]),
        ({}, [106]),
        ({"truth": {"answer": "80"}}, [106]),
    ],
)
def test_a_problem_has_what_its_grader_reads(item: dict[str, object], expected: list[int]) -> None:
    assert numbers(problem(**item), "answer") == expected


def test_a_grader_may_read_inside_a_field() -> None:
    inside = problem(truth={"answers": ["80"]})
    assert numbers(inside, "truth.answers[0]") == []
    assert numbers(inside, "truth.answers[1]") == [106]


LONG = "A good saw lasts for about ten years if it is oiled after every use"


@pytest.mark.parametrize(
    ("preferred", "other", "expected"),
    [
        (f"{LONG}.", f"{LONG}.", [84]),
        (f"{LONG}.", f" {LONG.replace(' ', '  ')}.\n", [84]),
        ("Die Säge hält.", "Die Sa\u0308ge ha\u0308lt.", [84]),
        (f"{LONG}.", f"{LONG}!", [85]),
        (f"{LONG}.", f"{LONG.upper()}.", [85]),
        (f"The {LONG}.", f"That {LONG}.", [85]),
        (f"{LONG}.", f"{LONG}, and dried.", []),
        ("Yes.", "yes.", [85]),
        ("4", "5", []),
        ("How long does a good saw last? Ten years.", "Two.", [86]),
        ("Ten.", "How long does a good saw last? Two years.", [86]),
        ("I'm sorry, but I cannot say.", "Ten years.", [91]),
        ("Ten years.", "As an AI language model, I own no saws.", [91]),
        ("I cannot say, sorry.", "I'm sorry, I don't know.", []),
        ("Sorry to hear that! Ten years.", "Two.", []),
    ],
)
def test_replies_of_a_pair_are_compared(preferred: str, other: str, expected: list[int]) -> None:
    assert numbers(pair(preferred, other)) == expected
    assert not (is_clear(pair(preferred, other)) and expected)


def test_the_prompt_of_a_pair_may_be_short_enough_to_begin_a_reply() -> None:
    assert numbers(pair("Saws? I like them.", "No.", prompt="Saws?")) == []


def test_calls_make_replies_different() -> None:
    asked = chat(USER, tools=TOOLS)
    axe = calling(call('{"tool": "axe"}'))
    assert numbers(Preference(asked, [calling(call())], [axe])) == []
    assert numbers(Preference(asked, [calling(call())], [calling(call(identity="other"))])) == [84]


def test_a_chat_of_words_is_judged_by_the_order_of_its_speakers_alone() -> None:
    one, other = chat(System("Be brief."), USER, REPLY), chat(System("Be kind."), User("And an axe?"), Assistant("15."))
    assert check(one) is check(other)

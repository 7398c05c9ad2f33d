import pytest

from tests.core.prepare.dropping import drop, fates, jsonl
from tests.core.prepare.formats.calling import step_of

MESSAGES = [{"role": "user", "content": "Price of a saw?"}]
FUNCTION = {
    "name": "shop.price",
    "description": "The price of a tool.",
    "parameters": {"type": "dict", "properties": {"tool": {"type": "string"}, "in": {"type": "string"}}},
}
ASKED = ("user", "Price of a saw?")


def question(asked: object = (MESSAGES,), identity: str = "simple_1") -> dict[str, object]:
    return {"id": identity, "question": asked, "function": [FUNCTION]}


def answer(*calls: object, identity: str = "simple_1") -> dict[str, object]:
    return {"id": identity, "ground_truth": calls}


CALL = {"shop.price": {"tool": ["saw", "a saw"], "in": ["", "EUR"]}}


def steps(*rows: object) -> object:
    [line] = drop(jsonl(rows)).training
    return [step_of(message) for message in line["messages"]]  # type: ignore[attr-defined]


@pytest.mark.parametrize("asked", [(MESSAGES,), MESSAGES, "Price of a saw?"], ids=["turns", "messages", "a text"])
@pytest.mark.parametrize("answer_first", [True, False])
def test_a_question_and_its_answer_make_an_example(asked: object, answer_first: bool) -> None:  # noqa: FBT001
    rows = [question(asked), answer(CALL)]
    called = ("assistant", None, ("call_1", "shop_price", {"tool": "saw"}))
    assert steps(*(reversed(rows) if answer_first else rows)) == [ASKED, called]


@pytest.mark.parametrize(
    ("allowed", "arguments"),
    [
        ({"tool": ["saw", "axe"]}, {"tool": "saw"}),
        ({"tool": ["saw"], "in": [""]}, {"tool": "saw"}),
        ({"tool": ["saw"], "in": ["EUR", ""]}, {"tool": "saw", "in": "EUR"}),
        ({"count": [0]}, {"count": 0}),
        ({"only": [False]}, {"only": False}),
        ({"where": [{"city": ["Bonn", "bonn"], "street": [""]}]}, {"where": {"city": "Bonn"}}),
        ({"items": [[{"name": ["saw"]}, {"name": ["axe"]}]]}, {"items": [{"name": "saw"}, {"name": "axe"}]}),
        ({"sizes": [[1, 2], [2, 1]]}, {"sizes": [1, 2]}),
    ],
)
def test_the_first_value_that_is_right_is_learnt(allowed: object, arguments: object) -> None:
    made = steps(question(), answer({"shop.price": allowed}))
    assert made[-1][2] == ("call_1", "shop_price", arguments)  # type: ignore[index]


def test_both_rows_are_accounted_for() -> None:
    assert fates(drop(jsonl([question(), answer(CALL)]))) == {"read": 2, "fixed": 2}


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([question()], "there are no replies to learn (BFCL questions)"),
        ([answer(CALL)], "there are no prompts to these replies (BFCL answers)"),
        ([question(), answer(CALL, identity="simple_2")], "there are no replies to learn (BFCL questions)"),
        ([question(), answer(CALL), answer(CALL)], "several questions or answers have the same 'id'"),
        ([question(), answer()], "'ground_truth' is empty: there is no call to learn"),
        ([question(), answer("shop.price()")], "a call of 'ground_truth' is not one function with its arguments"),
        ([question(), answer({"shop.price": {"tool": "saw"}})], "a call of 'ground_truth' is not one function with"),
        ([question([MESSAGES, MESSAGES]), answer(CALL)], "'question' is not the messages of one turn"),
    ],
)
def test_halves_that_do_not_meet_are_refused(rows: list[object], reason: str) -> None:
    prepared = drop(jsonl(rows))
    assert fates(prepared) == {"read": len(rows), "rejected": len(rows)}
    assert str(prepared.rejects[0]["reason"]).startswith(reason)

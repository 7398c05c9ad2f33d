import pytest

from tests.core.prepare.corpus import corpus, needs_corpus
from tests.core.prepare.dropping import Line, drop, fates, jsonl, said

NO_REPLY = "there are no replies to learn (FastChat questions)"
NO_PROMPT = "there are no prompts to these replies (FastChat answers)"


def question(name: object, *turns: str) -> Line:
    return {"question_id": name, "category": "tools", "turns": list(turns)}


def answer(name: object, *turns: str) -> Line:
    return {"question_id": name, "answer_id": "x", "model_id": "m", "choices": [{"index": 0, "turns": list(turns)}]}


@pytest.mark.parametrize("order", [1, -1])
def test_a_question_and_its_answer_make_a_conversation(order: int) -> None:
    rows = [question(81, "Hello?", "Well?"), question("b", "Who?"), answer("b", "We."), answer(81, "Hello!", "Well.")]
    prepared = drop(jsonl(rows[::order]))
    expected = [
        [("user", "Hello?"), ("assistant", "Hello!"), ("user", "Well?"), ("assistant", "Well.")],
        [("user", "Who?"), ("assistant", "We.")],
    ]
    assert sorted(map(said, prepared.training)) == sorted(expected)
    assert fates(prepared) == {"read": 4, "fixed": 4}


def test_each_model_s_answer_makes_an_example() -> None:
    prepared = drop(jsonl([question(1, "Who?"), answer(1, "We."), answer(1, "They.")]))
    assert [said(line)[1][1] for line in prepared.training] == ["We.", "They."]
    assert fates(prepared) == {"read": 3, "fixed": 3}


@pytest.mark.parametrize(
    ("rows", "reasons"),
    [
        ([question(1, "Who?")], [NO_REPLY]),
        ([answer(1, "We.")], [NO_PROMPT]),
        ([question(1, "Who?"), answer(2, "We.")], [NO_REPLY, NO_PROMPT]),
        ([question(1, "Who?"), answer(1, "We.", "Well.")], ["an answer has not as many turns as its question"] * 2),
        ([question(1, "Who?"), answer(1, "")], ["'turns' is empty"] * 2),
        (
            [question(1, "Who?"), {"question_id": 1, "choices": []}],
            ["an answer has not as many turns as its question"] * 2,
        ),
        (
            [question(1, "Who?"), question(1, "Why?"), answer(1, "We.")],
            ["another question has the same question_id"],
        ),
    ],
)
def test_what_finds_no_partner_is_refused(rows: list[Line], reasons: list[str]) -> None:
    assert [reject["reason"] for reject in drop(jsonl(rows)).rejects] == reasons


@needs_corpus
def test_mt_bench_is_joined_as_far_as_there_are_answers() -> None:
    folder = corpus()
    assert folder
    files = ("mt_bench_question.jsonl", "mt_bench_reference_gpt-4.jsonl")
    prepared = drop(b"".join((folder / "lm-sys__FastChat" / name).read_bytes() for name in files))
    assert (len(prepared.training), len(prepared.rejects)) == (30, 50)
    assert {reject["reason"] for reject in prepared.rejects} == {NO_REPLY}

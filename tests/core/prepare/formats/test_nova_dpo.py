import pytest

from tests.core.prepare.dropping import Line
from tests.core.prepare.formats.converting import refused
from tests.core.prepare.formats.preferring import Preferred, asked, learnt, preferred, taken_for

VERSION = "bedrock-conversation-2024"


def said(role: str, *texts: str) -> Line:
    return {"role": role, "content": [{"text": text} for text in texts]}


def candidate(label: str, *texts: str) -> Line:
    return {"content": [{"text": text} for text in texts], "preferenceLabel": label}


PREFERRED = candidate("preferred", "A fine one.")
OTHER = candidate("non-preferred", "Any.")


def row(*candidates: Line, before: list[Line] | None = None, **changes: object) -> Line:
    last = {"role": "assistant", "candidates": candidates or [PREFERRED, OTHER]}
    return {"messages": [*(before or [said("user", "Which saw?")]), last], **changes}


@pytest.mark.parametrize(
    ("given", "becomes"),
    [
        pytest.param(row(), asked(), id="two candidates"),
        pytest.param(row(OTHER, PREFERRED), asked(), id="the other one first"),
        pytest.param(row(schemaVersion=VERSION), asked(), id="schemaVersion"),
        pytest.param(
            row(system=[{"text": "Be brief."}]),
            Preferred([("system", "Be brief."), *asked().prompt], asked().better, asked().worse),
            id="system",
        ),
        pytest.param(
            row(before=[said("user", "Hello"), said("assistant", "Hi!"), said("user", "Which saw?", "Of steel.")]),
            asked("Hello", "Hi!", "Which saw?\nOf steel."),
            id="several turns and texts",
        ),
    ],
)
def test_two_candidates_become_a_pair(given: object, becomes: Preferred) -> None:
    assert preferred(given) == ("Nova DPO", becomes, [])


def test_the_preferred_candidate_is_what_is_learnt_by_the_supervised_method() -> None:
    assert learnt(row()) == [("user", "Which saw?"), ("assistant", "A fine one.")]


@pytest.mark.parametrize(
    ("given", "rule", "reason"),
    [
        (row(PREFERRED), 83, "the candidates are not one preferred and one non-preferred reply"),
        (row(PREFERRED, PREFERRED), 83, "the candidates are not one preferred and one non-preferred reply"),
        (row(PREFERRED, OTHER, OTHER), 83, "the candidates are not one preferred and one non-preferred reply"),
        (
            row(PREFERRED, candidate("bad", "Any.")),
            13,
            "'messages[].candidates[].preferenceLabel' has a value it must not have: 'bad'",
        ),
        (
            row(before=[{"role": "user", "content": [{"image": {"format": "png"}}]}]),
            13,
            "'messages[].content[]' has a key it must not have: 'image'",
        ),
        (row(before=[{"role": "user"}]), 13, "a message before the last one has no content"),
        (row(PREFERRED, candidate("non-preferred")), 25, "'non-preferred' is empty"),
    ],
)
def test_other_candidates_are_refused(given: object, rule: int, reason: str) -> None:
    assert refused(given) == (rule, reason)


def test_without_candidates_it_is_a_chat_of_nova_or_of_the_service() -> None:
    nova = {"schemaVersion": VERSION, "messages": [said("user", "Which saw?"), said("assistant", "A fine one.")]}
    assert taken_for(row(schemaVersion=VERSION), nova) == ["Nova", "Nova DPO"]
    azure = {"messages": [{"role": "user", "content": "Which?"}, {"role": "assistant", "content": "A fine one."}]}
    assert taken_for(azure, row()) == ["Azure chat", "Nova DPO"]

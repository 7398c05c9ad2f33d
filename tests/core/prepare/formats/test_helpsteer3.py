import pytest

from tests.core.prepare.dropping import Line
from tests.core.prepare.formats.converting import refused
from tests.core.prepare.formats.preferring import (
    LEFT_OUT,
    RENAMED,
    apart,
    asked,
    end_of,
    learnt,
    preferred,
    taken_for,
)

USER = {"role": "user", "content": "Which saw?"}
EARLIER = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hi!"}]
ABOUT = {"domain": "general", "language": "english", "context": [USER]}

PREFERENCE, FEEDBACK = "HelpSteer3 preference", "HelpSteer3 feedback"
EDIT, EDIT_QUALITY = "HelpSteer3 edit", "HelpSteer3 edit quality"


def compared(preference: object = -2, *, swapped: bool = False, **changes: object) -> Line:
    first, second = ("Any.", "A fine one.") if swapped else ("A fine one.", "Any.")
    judged = [{"score": preference, "reasoning": "", "feedback1": "", "feedback2": ""}]
    responses = {"response1": first, "response2": second, "overall_preference": preference}
    return {**ABOUT, **responses, "individual_preference": judged, **changes}


def reviewed(first: list[str], second: list[str], **changes: object) -> Line:
    feedback = {"feedback1": first, "feedback2": second}
    return {**ABOUT, "response1": "A fine one.", "response2": "Any.", **feedback, **changes}


def said(helpful: str) -> str:
    return f"The response is {helpful} helpful. It names a saw."


EDITED = {**ABOUT, "original_response": "Any.", "edited_response": "A fine one.", "change_summary": "", "feedback": []}
TWICE = {**ABOUT, "original_response": "One.", "good_edited_response": "A fine one.", "bad_edited_response": "Any."}


@pytest.mark.parametrize(
    ("row", "name", "becomes", "fixes"),
    [
        pytest.param(compared(-1), PREFERENCE, asked(), [], id="below 0 the first is better"),
        pytest.param(compared(3, swapped=True), PREFERENCE, asked(), [], id="above 0 the second is better"),
        pytest.param(
            compared(context=[*EARLIER, USER]), PREFERENCE, asked("Hello", "Hi!", "Which saw?"), [], id="several turns"
        ),
        pytest.param(compared(context=[{**USER, "role": "human"}]), PREFERENCE, asked(), [RENAMED], id="another role"),
        pytest.param(compared(id=1), PREFERENCE, asked(), [f"{LEFT_OUT}'id'"], id="a key beside"),
        pytest.param(
            reviewed([said("mostly"), said("perfectly")], [said("mostly"), said("not")]),
            FEEDBACK,
            asked(),
            [],
            id="more helpful on the mean",
        ),
        pytest.param(
            reviewed(["It is good.", said("Slightly")], ["Bad.", said("not")]),
            FEEDBACK,
            asked(),
            [],
            id="feedback that does not say how helpful",
        ),
        pytest.param(
            reviewed([said("not")], [said("partially")], response1="Any.", response2="A fine one."),
            FEEDBACK,
            asked(),
            [],
            id="the second is more helpful",
        ),
        pytest.param(EDITED, EDIT, asked(), [], id="an edit"),
        pytest.param(TWICE, EDIT_QUALITY, asked(), [], id="two edits"),
    ],
)
def test_a_better_response_makes_a_pair(row: object, name: str, becomes: object, fixes: list[str]) -> None:
    assert preferred(row) == (name, becomes, fixes)


@pytest.mark.parametrize(
    "row",
    [compared(3, swapped=True), reviewed([said("mostly")], [said("not")]), EDITED, TWICE],
    ids=[PREFERENCE, FEEDBACK, EDIT, EDIT_QUALITY],
)
def test_the_better_response_is_what_is_learnt_by_the_supervised_method(row: object) -> None:
    assert learnt(row) == [("user", "Which saw?"), ("assistant", "A fine one.")]


def test_no_preference_is_a_tie_and_a_slight_one_is_filtered() -> None:
    tie = ("ties", 88, "neither reply is the better one")
    assert end_of(compared(0)) == end_of(reviewed([said("mostly")], [said("mostly")])) == tie
    assert end_of(compared(1), apart(2))[:2] == ("filtered", 92)
    assert end_of(reviewed([said("mostly")], [said("partially")]), apart(2))[:2] == ("filtered", 92)


@pytest.mark.parametrize(
    ("row", "rule", "reason"),
    [
        (compared(4), 13, "'overall_preference' is out of range"),
        (compared(context="Which saw?"), 13, "'context' is text"),
        (compared(context=[]), 81, "there is no prompt"),
        (reviewed(["Good."], [said("not")]), 13, "the feedback does not begin with how helpful a response is"),
        (reviewed([], [said("not")]), 13, "the feedback does not begin with how helpful a response is"),
        ({key: value for key, value in EDITED.items() if key != "context"}, 13, "'context' is missing"),
        ({**TWICE, "good_edited_response": None}, 13, "'good_edited_response' is null"),
    ],
)
def test_what_makes_no_pair_is_refused(row: object, rule: int, reason: str) -> None:
    assert refused(row) == (rule, reason)


def test_the_four_parts_are_told_from_each_other() -> None:
    rows = (compared(), reviewed([said("mostly")], [said("not")]), EDITED, TWICE)
    assert taken_for(*rows) == sorted([PREFERENCE, FEEDBACK, EDIT, EDIT_QUALITY])

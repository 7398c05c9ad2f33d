import pytest

from tests.core.prepare.formats.converting import refused
from tests.core.prepare.formats.preferring import CUT, Preferred, asked, learnt, preferred, taken_for

ASKED = "\n\nHuman: Which saw?\n\nAssistant:"
LONGER = "\n\nHuman: Hello\n\nAssistant: Hi!\n\nHuman: Which saw?\n\nAssistant:"


def row(chosen: str = f"{ASKED} A fine one.", rejected: str = f"{ASKED} Any.") -> dict[str, str]:
    return {"chosen": chosen, "rejected": rejected}


@pytest.mark.parametrize(
    ("given", "becomes"),
    [
        (row(), asked()),
        (row(f"{LONGER} A fine one.", f"{LONGER} Any."), asked("Hello", "Hi!", "Which saw?")),
        (row(f"{ASKED} A fine one.\n\nReally."), asked(better="A fine one.\n\nReally.")),
        (
            row(f"{ASKED} Well.\n\nAssistant: A fine one.", f"{ASKED} Well.\n\nAssistant: Any."),
            Preferred(
                asked().prompt, [("assistant", "Well."), *asked().better], [("assistant", "Well."), *asked().worse]
            ),
        ),
    ],
    ids=["one turn", "several turns", "blank lines in a reply", "two replies one after another"],
)
def test_two_dialogues_become_a_pair(given: object, becomes: Preferred) -> None:
    assert preferred(given) == ("HH-RLHF", becomes, [CUT])


def test_the_chosen_dialogue_is_what_is_learnt_by_the_supervised_method() -> None:
    assert learnt(row()) == [("user", "Which saw?"), ("assistant", "A fine one.")]


@pytest.mark.parametrize(
    ("given", "rule", "reason"),
    [
        (
            row(rejected="\n\nHuman: Which axe?\n\nAssistant: Any."),
            81,
            "the two dialogues differ before their last reply",
        ),
        (
            row(f"{ASKED} Well.\n\nAssistant: A fine one."),
            81,
            "the two dialogues differ before their last reply",
        ),
        (row(f"{LONGER} A fine one."), 81, "the two dialogues differ before their last reply"),
        (row(ASKED), 82, "the last reply of 'chosen' is empty"),
        (row(rejected=f"{ASKED} \n"), 82, "the last reply of 'rejected' is empty"),
        (row(f"{ASKED} A fine one.\n\nHuman: Thanks!"), 82, "'chosen' does not end with a reply"),
        (row("\n\nHuman: Which saw?"), 82, "'chosen' does not end with a reply"),
        (row("\n\nHuman:\n\nAssistant: A fine one."), 82, "a turn of 'chosen' is empty"),
    ],
)
def test_dialogues_that_make_no_pair_are_refused(given: object, rule: int, reason: str) -> None:
    assert refused(given) == (rule, reason)


def test_texts_below_a_prompt_are_no_dialogues() -> None:
    texts = {"prompt": "Which saw?", "chosen": "A fine one.", "rejected": "Any."}
    message = {"role": "user", "content": "Which saw?"}
    lists = {"chosen": [message, {"role": "assistant", "content": "A"}], "rejected": [message, message]}
    assert taken_for(row(), texts) == ["HH-RLHF", "preference pairs"]
    assert taken_for(texts, row()) == ["HH-RLHF", "preference pairs"]
    assert taken_for(lists, row()) == ["HH-RLHF", "preference pairs"]

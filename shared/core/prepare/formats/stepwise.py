"""Answers in steps with a label a step (TRL): no method learns from them, but wholly right answers can be learnt."""

from msgspec import Struct

from shared.core.prepare.faults import Fault, Unusable
from shared.core.prepare.format import HAS_FIELDS, Example, Format, Wishes, having
from shared.core.prepare.making.draft import Draft
from shared.core.prepare.making.pair import ask
from shared.core.prepare.rule import Rule

HAS_TARGET = Rule(11, "method", "reject", "leave the row out, or correct its wrong steps")
HAS_WRONG_STEP = Fault(HAS_TARGET, "a step is labelled wrong, and no method learns from steps", "all true")
UNEQUAL = Fault(HAS_FIELDS, "'completions' and 'labels' are not of one length, or empty", "a label for each step")


class Stepwise(Struct, forbid_unknown_fields=True, gc=False):
    """A prompt, steps, and whether each is right."""

    prompt: str
    completions: list[str]
    labels: list[bool]


def convert(row: Stepwise, _wishes: Wishes) -> Example:
    """The steps as one reply, if all are right."""
    if not row.completions or len(row.completions) != len(row.labels):
        raise Unusable(UNEQUAL)
    if not all(row.labels):
        raise Unusable(HAS_WRONG_STEP)
    draft = Draft()
    ask(draft, row.prompt, "prompt")
    draft.say("assistant", _joined(row.completions), "completions")
    return Example(draft.chat, draft.fixes)


def _joined(steps: list[str]) -> str:
    """One text: steps that bring no white space of their own stand on lines of their own."""
    text = ""
    for step in steps:
        is_apart = not text or text[-1:].isspace() or step[:1].isspace()
        text += step if is_apart else f"\n{step}"
    return text


FORMATS = (
    Format(
        name="stepwise",
        order=60,
        fields="prompt, completions, labels",
        claims=having("completions", "labels"),
        row=Stepwise,
        converts={"sft": convert},
    ),
)

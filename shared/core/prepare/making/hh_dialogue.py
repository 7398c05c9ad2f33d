r"""Dialogues in one text: `\n\nHuman: ...\n\nAssistant: ...`, as HH-RLHF and Nectar write them (their cards)."""

import re

from shared.core.prepare.making.markers import Turns

BEGINNING = "\n\nHuman:"
SPEAKER = re.compile(r"\n\n(Human|Assistant):")
ROLES = {"Human": "user", "Assistant": "assistant"}


def human_turns(text: str) -> Turns | None:
    """The turns of a dialogue; `None` if it is none. A reply that is only opened is left out."""
    turns = spoken_turns(text)
    return turns[:-1] if turns and turns[-1] == ("assistant", "") else turns


def spoken_turns(text: str) -> Turns | None:
    """The turns of a dialogue, those that say nothing included; `None` if it is none."""
    if not text.startswith(BEGINNING):
        return None
    _, *rest = SPEAKER.split(text)
    return [(ROLES[name], said.strip()) for name, said in zip(rest[::2], rest[1::2], strict=True)]

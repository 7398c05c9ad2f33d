"""Quick ways to an example, for rows of words that need no repair: what the formats that see much data share."""

from shared.core.prepare.chat import Assistant, Chat, User
from shared.core.prepare.format import Quick
from shared.core.prepare.making.markers import COMPLETION_END, HELPSTEER_TURN, LLAMA_TURN
from shared.core.prepare.rules.turns import MAX_CHARACTERS


def is_tidy(text: str) -> bool:
    """Whether a text says something, not too much, and has no white space around it."""
    return bool(text) and not text[0].isspace() and not text[-1].isspace() and len(text) <= MAX_CHARACTERS


def is_unmarked(prompt: str, reply: str) -> bool:
    """Whether tidy texts are free of what other trainers put into and around them: see `exchange.ask`, `unmarked`."""
    may_have_turns = "<" in prompt and (LLAMA_TURN in prompt or HELPSTEER_TURN in prompt)
    begins = prompt[0] == "<" or reply[0] == "<"
    ends = prompt[-1] in ">#" or reply[-1] == ">" or reply.endswith(COMPLETION_END)
    return not (may_have_turns or begins or ends)


def unmarked_exchange(prompt: str, reply: str) -> Quick | None:
    """A prompt and its reply, if both are tidy and unmarked."""
    made = exchange(prompt, reply)
    return made if made and is_unmarked(prompt, reply) else None


def exchange(prompt: str, reply: str) -> Quick | None:
    """A prompt and its reply, if both are tidy."""
    if is_tidy(prompt) and is_tidy(reply):
        return Quick(Chat([User(prompt), Assistant(reply)]), prompt, True)
    return None

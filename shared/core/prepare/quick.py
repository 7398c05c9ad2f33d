"""Quick ways to an example, for rows of words that need no repair: what the formats that see much data share."""

from shared.core.prepare.chat import Assistant, Chat, User
from shared.core.prepare.format import Quick
from shared.core.prepare.rules.turns import MAX_CHARACTERS


def is_tidy(text: str) -> bool:
    """Whether a text says something, not too much, and has no white space around it."""
    return bool(text) and not text[0].isspace() and not text[-1].isspace() and len(text) <= MAX_CHARACTERS


def exchange(prompt: str, reply: str) -> Quick | None:
    """A prompt and its reply, if both are tidy."""
    if is_tidy(prompt) and is_tidy(reply):
        return Quick(Chat([User(prompt), Assistant(reply)]), prompt, True)
    return None

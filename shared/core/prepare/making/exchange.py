"""One prompt and the reply to it, as two texts: what the pair formats share."""

from shared.core.prepare.format import Example
from shared.core.prepare.making.draft import SEPARATOR_REMOVED, TOKENS_REMOVED, Draft
from shared.core.prepare.making.markers import COMPLETION_END, PROMPT_END, helpsteer_turns, llama_turns, without_tokens


def exchange(prompt: tuple[str, str], reply: tuple[str, str], system: str | None) -> Example:
    """The exchange. Both texts come with the names of their fields. Raises `Unusable` if one of them is empty."""
    draft = Draft()
    ask(draft, *prompt)
    text, field = reply
    draft.say("assistant", unmarked(draft, text, COMPLETION_END), field)
    draft.instruct(system)
    return Example(draft.chat, draft.fixes)


def ask(draft: Draft, prompt: str, field: str) -> None:
    """Add a prompt, in turns if it has their markers. Raises `Unusable` if it is empty."""
    if turns := llama_turns(prompt) or helpsteer_turns(prompt):
        draft.say_all(turns, field)
    else:
        draft.say("user", unmarked(draft, prompt, PROMPT_END), field)


def unmarked(draft: Draft, text: str, separator: str) -> str:
    """The text without what older fine-tuning files, or other models, want around it."""
    tidy = text.strip()
    bare = without_tokens(tidy)
    if bare != tidy:
        draft.note(TOKENS_REMOVED)
    if bare.endswith(separator):
        draft.note(SEPARATOR_REMOVED)
        return bare.removesuffix(separator)
    return bare if bare != tidy else text

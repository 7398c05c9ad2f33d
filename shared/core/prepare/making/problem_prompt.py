"""The prompts of rows for reinforcement: one text, a list of messages, or a text in a model's template."""

from collections.abc import Sequence

from shared.core.prepare.chat import Message, User
from shared.core.prepare.faults import Fault
from shared.core.prepare.format import Row
from shared.core.prepare.making.chat_mending import mend_chat
from shared.core.prepare.making.dialects import prompt_turns
from shared.core.prepare.making.draft import Draft
from shared.core.prepare.making.exchange import ask


def asked(prompt: str | Sequence[Message], system: str | None = None) -> Draft:
    """The prompt as messages. Raises `Unusable` if it says nothing."""
    draft = Draft()
    if not isinstance(prompt, str) and not _is_one_text(prompt):
        draft.messages.extend(prompt)
    elif turns := prompt_turns(text := _text(prompt)):
        draft.say_all(turns, "prompt")
    else:
        ask(draft, text, "prompt")
    draft.instruct(system)
    return draft


def _is_one_text(prompt: Sequence[Message]) -> bool:
    return len(prompt) == 1 and isinstance(prompt[0], User) and isinstance(prompt[0].content, str)


def _text(prompt: str | Sequence[Message]) -> str:
    return prompt if isinstance(prompt, str) else str(prompt[0].content)


def mended_prompt(row: Row) -> tuple[Row, Sequence[Fault]]:
    """The row with the messages of its `prompt` mended as those of a chat, if it is a list of them."""
    if not isinstance(row["prompt"], list):
        return row, ()
    chat, fixes = mend_chat({"messages": row["prompt"]})
    return {**row, "prompt": chat["messages"]}, fixes

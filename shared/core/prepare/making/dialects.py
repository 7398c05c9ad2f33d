"""Whole conversations in one text, as other trainers write them for their models: cut back into turns.

Each dialect marks where a turn begins and who speaks. Text before the first mark, such as the sentence that
Alpaca's files begin with, is taken for the system message.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, groupby
from operator import itemgetter

from shared.core.prepare.making.markers import Turns, without_tokens

SPEAKERS: Mapping[str, str] = {
    "system": "system",
    "user": "user",
    "human": "user",
    "prompter": "user",
    "instruction": "user",
    "question": "user",
    "input": "user",
    "context": "user",
    "assistant": "assistant",
    "gpt": "assistant",
    "bot": "assistant",
    "chatgpt": "assistant",
    "model": "assistant",
    "response": "assistant",
    "output": "assistant",
    "answer": "assistant",
}

CHATML = re.compile(r"<\|im_start\|>[ \t]*(\w+)[ \t]*\n?")
LLAMA3 = re.compile(r"<\|start_header_id\|>\s*(\w+)\s*<\|end_header_id\|>")
ZEPHYR = re.compile(r"<\|(system|user|assistant)\|>")
GEMMA = re.compile(r"<start_of_turn>(user|model)\b")
HEADINGS = re.compile(
    r"^[ \t]*#{2,3} ?(System|Instruction|Context|Input|Response|Output|User|Assistant|Question|Answer): ?",
    re.MULTILINE,
)
LABELS = re.compile(r"^(Human|Assistant): ?", re.MULTILINE)
GUANACO = re.compile(r"### (Human|Assistant): ?")  #: also inside a line
ENDS = re.compile(r"<bos>|<\|im_end\|>|<\|eot_id\|>|<\|end\|>|<\|endoftext\|>|<end_of_turn>|<eos>|</s>")

LLAMA2_MARK = re.compile(r"\[(/?)INST\]")
LLAMA2_SYSTEM = re.compile(r"\s*<<SYS>>(.*?)<</SYS>>", re.DOTALL)


def turns_of(text: str) -> Turns | None:
    """The turns of a conversation; `None` if the text is in no dialect that we know."""
    found = (cut(text) for cut in DIALECTS)
    return next((turns for turns in found if turns), None)


def prompt_turns(text: str) -> Turns | None:
    """The same for a prompt, without the reply that is only opened at its end."""
    turns = turns_of(text)
    while turns and turns[-1][0] == "assistant":
        turns.pop()
    return turns or None


def _marked(header: re.Pattern[str], text: str) -> Turns | None:
    before, *rest = header.split(text)
    speakers, said = [name.lower() for name in rest[::2]], rest[1::2]
    if not rest or not all(name in SPEAKERS for name in speakers):
        return None
    preface = [("system", bare(before))] if bare(before) else []
    return _joined(chain(preface, ((SPEAKERS[name], bare(text)) for name, text in zip(speakers, said, strict=True))))


def _labelled(label: re.Pattern[str], text: str) -> Turns | None:
    """Labels are ordinary words: they count only if the text begins with one, and both sides have theirs."""
    text = text.strip()
    turns = _marked(label, text) if label.match(text) else None
    return turns if turns and len({role for role, _ in turns}) > 1 else None


def _llama2(text: str) -> Turns | None:
    before, *rest = LLAMA2_MARK.split(text)
    marks, said = rest[::2], rest[1::2]
    if not marks or bare(before) or any(mark != ("/" if at % 2 else "") for at, mark in enumerate(marks)):
        return None
    system = LLAMA2_SYSTEM.match(said[0])
    if not system:
        return _alternating(said)
    return [("system", bare(system[1])), *_alternating([said[0][system.end() :], *said[1:]])]


def _alternating(said: Sequence[str]) -> Turns:
    return [("assistant" if at % 2 else "user", bare(text)) for at, text in enumerate(said)]


def _joined(turns: Iterator[tuple[str, str]]) -> Turns:
    """An instruction and its input are one turn."""
    joined: Turns = []
    for role, together in groupby(turns, key=itemgetter(0)):
        texts = [said for _, said in together]
        joined += [(role, "\n\n".join(filter(None, texts)))] if role == "user" else [(role, text) for text in texts]
    return joined


def bare(text: str) -> str:
    """The text of a turn without what ends it."""
    return without_tokens(ENDS.sub("", text).strip()).strip()


DIALECTS: tuple[Callable[[str], Turns | None], ...] = (
    *(partial(_marked, header) for header in (CHATML, LLAMA3, GEMMA, ZEPHYR)),
    _llama2,
    partial(_labelled, GUANACO),
    partial(_marked, HEADINGS),
    partial(_labelled, LABELS),
)

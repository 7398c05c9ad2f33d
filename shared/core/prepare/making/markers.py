"""Marks that other trainers want inside a text, and this service does not: it sets its own between turns."""

import re

TOKENS = ("<|begin_of_text|>", "<|end_of_text|>", "<|eot_id|>", "<|endoftext|>", "<s>", "</s>")
LEADING = re.compile(rf"(?:(?:{'|'.join(map(re.escape, TOKENS))})\s*)+")
LLAMA_TURN, HELPSTEER_TURN = "<|start_header_id|>", "<extra_id_1>"  #: without which there are no turns
LLAMA_HEADER = re.compile(r"<\|start_header_id\|>\s*(system|user|assistant)\s*<\|end_header_id\|>")
HELPSTEER_HEADER = re.compile(r"<extra_id_1>(User|Assistant)\b")

PROMPT_END = "\n\n###"  #: of prompts for OpenAI's first fine-tuning API, which asked for a fixed separator
COMPLETION_END = " END"  #: of their completions, likewise

type Turns = list[tuple[str, str]]  #: role and text


def without_tokens(text: str) -> str:
    """The text without start and end tokens at its edges."""
    leading = LEADING.match(text)
    start, end = leading.end() if leading else 0, len(text)
    while text.endswith(TOKENS, start, end):
        end -= max(len(token) for token in TOKENS if text.endswith(token, start, end))
        while end > start and text[end - 1].isspace():
            end -= 1
    return text[start:end]


def llama_turns(text: str) -> Turns | None:
    """The turns of a prompt written with Llama's headers; `None` without any. An opened reply is left out."""
    if LLAMA_TURN not in text:
        return None
    before, *rest = LLAMA_HEADER.split(without_tokens(text.strip()))
    turns = [(role, without_tokens(said.strip())) for role, said in zip(rest[::2], rest[1::2], strict=True)]
    if turns and turns[-1] == ("assistant", ""):
        turns.pop()
    return ([("user", before)] if before.strip() else []) + turns


def helpsteer_turns(text: str) -> Turns | None:
    """The turns of a prompt of several; `None` if it is one turn.

    HelpSteer2 writes later turns behind `<extra_id_1>User` or `<extra_id_1>Assistant` (its dataset card, 2024-06).
    """
    if HELPSTEER_TURN not in text:
        return None
    before, *rest = HELPSTEER_HEADER.split(text)
    turns = [(role.lower(), said) for role, said in zip(rest[::2], rest[1::2], strict=True)]
    if turns and turns[-1][0] == "assistant" and not turns[-1][1].strip():
        turns.pop()
    return ([("user", before)] if before.strip() else []) + turns

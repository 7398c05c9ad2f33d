"""Exact o200k_base token counts, offline: the vocabulary comes with the library.

Counted as OpenAI's cookbook does ("How to count tokens with tiktoken", 2024-07): the texts, the roles and the names,
and what the service adds around messages. Tools and tool calls are not covered there; they are counted by their JSON
text and by name and arguments, which comes near what the service bills. Images are not counted: what one takes depends
on its size and on the model.
"""

from collections.abc import Sequence
from functools import cache
from typing import Protocol, cast

import numpy as np
import xxhash
from rs_bpe.bpe import openai  # pyright: ignore[reportUnknownVariableType] - compiled, without types

from shared.core.prepare.measure.example import Example, Message, messages_of, read_example, texts_of, tools_of
from shared.core.prepare.measure.texts import Numbers

A_MESSAGE = 3
A_ROLE = 1  #: every role is one token
A_NAME = 1
AN_EXAMPLE = 3  #: the opening of a reply

MOST_REMEMBERED = 4096  #: counts of different system prompts and tools, about 100 bytes each


class Tokenizer(Protocol):
    """What is used of the library."""

    def count(self, text: str, /) -> int:
        """Tokens of a text; marks such as `<|endoftext|>` are taken for the letters they are written with."""
        ...


@cache
def tokenizer() -> Tokenizer:
    """Loaded when it is first needed: that takes 0.1 s and 70 MB."""
    return cast("Tokenizer", openai.o200k_base())  # pyright: ignore[reportUnknownMemberType] - likewise


class TokenCounter:
    """Counts examples; a system prompt or a list of tools that many share is counted once."""

    def __init__(self) -> None:
        self._known: dict[bytes, int] = {}

    def count(self, lines: Sequence[bytes]) -> Numbers:
        """Tokens of each example, once through."""
        return np.fromiter((self._of_example(read_example(line)) for line in lines), np.int64, len(lines))

    def _of_example(self, example: Example) -> int:
        tools = tools_of(example)
        said = sum(map(self._of_message, messages_of(example)))
        return AN_EXAMPLE + said + (self._of_shared(tools.decode()) if tools else 0)

    def _of_message(self, message: Message) -> int:
        count = self._of_shared if message.role in {"system", "developer"} else tokenizer().count
        name = A_NAME + tokenizer().count(message.name) if message.name else 0
        return A_MESSAGE + A_ROLE + name + sum(map(count, texts_of(message)))

    def _of_shared(self, text: str) -> int:
        key = xxhash.xxh3_128_digest(text.encode())
        if key not in self._known:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            self._known[key] = tokenizer().count(text)
        return self._known[key]

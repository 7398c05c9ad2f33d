"""Making examples as they are written, and measuring them in blocks."""

import random
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import numpy as np
import xxhash
from msgspec.json import encode

from shared.core.prepare.measure.texts import Numbers, Texts, find_texts

VOCABULARY = """\
blade oil handle spring warranty garden water order parcel clean sharp cut winter
branch screw battery charge return refund customer rain rust stone wood leaf grass
store summer price note open close early late never always
"""


def line(*texts: str, system: str = "") -> bytes:
    """A chat of user and assistant in turn."""
    turns = [{"role": ("user", "assistant")[at % 2], "content": text} for at, text in enumerate(texts)]
    return encode({"messages": [*([{"role": "system", "content": system}] if system else []), *turns]})


def prose(seed: int, words: int = 120) -> str:
    """Words in an order that no other seed gives."""
    source, known = random.Random(seed), VOCABULARY.split()
    said = [source.choice(known) for _ in range(words)]
    return " ".join(word + "." * (at % 12 == 11) for at, word in enumerate(said))


def digests(lines: Sequence[bytes]) -> list[bytes]:
    return [xxhash.xxh3_128_digest(each) for each in lines]


def blocks(lines: Sequence[bytes], size: int) -> Iterator[tuple[list[bytes], Texts, Numbers]]:
    """The lines in blocks, with their texts and their numbers from 1."""
    for begin in range(0, len(lines), size):
        block = list(lines[begin : begin + size])
        yield block, find_texts(block), np.arange(begin + 1, begin + 1 + len(block))


class Measure(Protocol):
    def add_block(self, texts: Texts, lines: Numbers, /) -> None: ...


def measured[M: Measure](make: Callable[[], M], lines: Sequence[bytes], size: int = 100) -> M:
    """A measure that takes texts and line numbers, after all lines."""
    measure = make()
    for _, texts, numbers in blocks(lines, size):
        measure.add_block(texts, numbers)
    return measure

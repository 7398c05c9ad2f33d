"""Which examples belong together and must not be split: those that ask the same.

The group of an example follows from its prompt alone, so neither other examples nor their order move it to another
part. Prompts are the same if they have the same letters and digits in the same order. Digits count: "12 + 5" and
"13 + 5" are two questions. What two prompts share beyond that depends on what else is in the set; such neighbours are
found by `near_duplicates`, and reported.
"""

import string

import xxhash

LOWER = bytes(range(256)).lower()
NOT_COMPARED = (string.punctuation + string.whitespace).encode()


def group_of(prompt: str) -> int:
    """Equal for prompts that differ in case, white space and ASCII punctuation only; 64 bits."""
    folded = prompt if prompt.isascii() else prompt.casefold()
    compared = folded.encode().translate(LOWER, NOT_COMPARED)
    return xxhash.xxh3_64_intdigest(compared or folded.encode())

"""What an example says, whoever asked for it: by this the same words are found again in other runs."""

from msgspec.json import encode
from xxhash import xxh3_128_digest

from shared.core.prepare.measure.example import messages_of, read_example, texts_of

INSTRUCTING = frozenset(("system", "developer"))


def identity_of(line: bytes) -> bytes:
    """16 bytes, equal for examples of equal words: what users, assistants and tools say, in their order.

    System messages are left out, since a recipe may add one. Raises `ValueError` if the line is no example.
    """
    said = [
        (message.role, *texts_of(message))
        for message in messages_of(read_example(line))
        if message.role not in INSTRUCTING
    ]
    if not said:
        raise ValueError("no messages")
    return xxh3_128_digest(encode(said))

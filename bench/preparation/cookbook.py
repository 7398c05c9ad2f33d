"""What OpenAI's cookbook does to a file of conversations ("Data preparation and analysis for chat model fine-tuning").

It loads all rows, checks their form, and counts tokens with tiktoken: of all messages, and of the assistant's again.
"""

import json
import os
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import tiktoken
from rs_bpe.bpe import openai  # pyright: ignore[reportUnknownVariableType] - compiled, without types

from bench.datasets import Dataset
from bench.preparation.rounds import Task

RANKS = 199_998
RANKS_SHA256 = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"  #: as tiktoken 0.14.0 expects it
RANKS_FILE = "fb374d419588a4632f3f557e76b4b70aebbca790"  #: as tiktoken calls it in its cache

KEYS = frozenset({"role", "content", "name", "function_call", "weight"})
ROLES = frozenset({"system", "user", "assistant", "function"})
A_MESSAGE = 3
AN_EXAMPLE = 3

type Message = dict[str, Any]


def cookbook(dataset: Dataset) -> Task:
    """Its way, with the vocabulary loaded before."""
    _encoding()
    return partial(_measured, dataset.path)


def _measured(path: Path) -> tuple[Counter[str], int, int]:
    """Faults of form, tokens of all messages, and tokens of the assistant's messages."""
    with path.open(encoding="utf-8") as read:
        rows = [json.loads(line) for line in read]
    faults = Counter(fault for row in rows for fault in _faults(row))
    everything = sum(_tokens(row["messages"]) for row in rows)
    learnt = sum(_learnt_tokens(row["messages"]) for row in rows)
    return faults, everything, learnt


def _faults(row: Any) -> Iterator[str]:
    if not isinstance(row, dict):
        yield "data_type"
    else:
        yield from _conversation_faults(cast("dict[str, list[Message]]", row).get("messages"))


def _conversation_faults(messages: list[Message] | None) -> Iterator[str]:
    if not messages:
        yield "missing_messages_list"
        return
    for message in messages:
        yield from _message_faults(message)
    if not any(message.get("role") == "assistant" for message in messages):
        yield "example_missing_assistant_message"


def _message_faults(message: Message) -> Iterator[str]:
    if "role" not in message or "content" not in message:
        yield "message_missing_key"
    if any(key not in KEYS for key in message):
        yield "message_unrecognized_key"
    if message.get("role") not in ROLES:
        yield "unrecognized_role"
    content = message.get("content")
    if not isinstance(content, str) or not (content or message.get("function_call")):
        yield "missing_content"


def _tokens(messages: list[Message]) -> int:
    values = (value for message in messages for value in message.values())
    return AN_EXAMPLE + A_MESSAGE * len(messages) + sum(map(_count, values))


def _learnt_tokens(messages: list[Message]) -> int:
    return sum(_count(message["content"]) for message in messages if message["role"] == "assistant")


def _count(text: str) -> int:
    return len(_encoding().encode(text, disallowed_special=()))


@cache
def _encoding() -> tiktoken.Encoding:
    """tiktoken's, with the ranks that rs_bpe brings along: nothing is downloaded."""
    bpe = cast("Any", openai.o200k_base().bpe())  # pyright: ignore[reportUnknownMemberType] - likewise
    ranks = b"".join(b"%s %d\n" % (b64encode(bpe.decode_tokens([rank])), rank) for rank in range(RANKS))
    if sha256(ranks).hexdigest() != RANKS_SHA256:
        raise ValueError("the ranks of rs_bpe are not those of tiktoken")
    with TemporaryDirectory(prefix="bench-") as folder:
        (Path(folder) / RANKS_FILE).write_bytes(ranks)
        os.environ["TIKTOKEN_CACHE_DIR"] = folder
        return tiktoken.get_encoding("o200k_base")

"""Datasets of our own making for benchmarks: HelpSteer and chat rows of English, Chinese and code.

Sentences are put together at random from a few parts, in shares that real instruction sets have: two thirds English, a
sixth Chinese, the rest code; a seventh of the lines has escapes for what is not ASCII; one row in 250 is a repeat.
"""

import json
import random
from collections.abc import Callable, Iterator
from itertools import count

SUBJECTS = (
    "The blade",
    "A pruning saw",
    "Your order",
    "The warranty",
    "This hedge trimmer",
    "The battery",
    "A wet handle",
)
VERBS = ("needs", "keeps", "covers", "does not include", "comes with", "works best after", "is checked for")
OBJECTS = (
    "a light coat of oil",
    "dry air and a leather sheath",
    "two years of repairs",
    'the "quick lock" ring',
    "a fine stone (600 grit)",
    "3 to 5 working days",
    "regular cleaning, e.g. every spring",
)
CHINESE = (
    "修枝剪的刀刃",
    "电池充满电以后",
    "请您先清洁手柄",
    "保修期为两年",
    "订单会在三天内送达",
    "需要定期上油",
    "存放在干燥的地方",
)
CODE = (
    "for row in rows:\n    total += row['price'] * row.get(\"count\", 1)",
    'if (status === "sent") { notify(user, `#${id}`); }',
    "SELECT id, price FROM tools WHERE name LIKE '%saw%';",
    'path = "C:\\\\tools\\\\list.csv"',
)
ENGLISH_SHARE, CHINESE_SHARE = 0.66, 0.16

SCORES = ("helpfulness", "correctness", "coherence", "complexity", "verbosity")
REPEATS = 250  #: every so many rows one is a repeat
ESCAPED_SHARE = 0.15

type Row = dict[str, object]


def helpsteer_row(source: random.Random) -> Row:
    """A scored exchange of about 3 kB."""
    row: Row = {"prompt": _text(source, 8), "response": _text(source, 24)}
    return row | {score: source.choice((2, 3, 3, 4, 4, 4)) for score in SCORES}


def chat_row(source: random.Random) -> Row:
    """A conversation of one to four exchanges under a system message, about 5 kB."""
    messages = [{"role": "system", "content": "You help the customers of a garden tool shop."}]
    for _ in range(source.randint(1, 4)):
        messages.append({"role": "user", "content": _text(source, 6)})
        messages.append({"role": "assistant", "content": _text(source, 14)})
    return {"messages": messages}


ROWS: dict[str, Callable[[random.Random], Row]] = {"helpsteer": helpsteer_row, "chat": chat_row}


def lines(kind: str, size: int, seed: int = 1) -> Iterator[bytes]:
    """Lines of JSON lines, of about `size` bytes together."""
    source = random.Random(seed)
    recent: list[bytes] = []
    written = 0
    for number in count():
        if number % REPEATS == REPEATS - 1:
            line = source.choice(recent)
        else:
            is_escaped = source.random() < ESCAPED_SHARE
            line = json.dumps(ROWS[kind](source), ensure_ascii=is_escaped).encode() + b"\n"
            recent = [line, *recent[:99]]
        yield line
        written += len(line)
        if written >= size:
            return


def _text(source: random.Random, sentences: int) -> str:
    said = (_sentence(source) for _ in range(source.randint(1, 2 * sentences)))
    return "".join(sentence + source.choice(("", " ", " ", "\n", "\n\n")) for sentence in said).strip()


def _sentence(source: random.Random) -> str:
    kind, number = source.random(), source.randint(1, 9999)
    if kind < ENGLISH_SHARE:
        clauses = (f"{source.choice(SUBJECTS)} {source.choice(VERBS)} {source.choice(OBJECTS)}" for _ in range(2))
        return f"{', and '.join(clauses)} (no. {number})."
    if kind < ENGLISH_SHARE + CHINESE_SHARE:
        return "、".join(source.choice(CHINESE) for _ in range(4)) + f"（{number}）。"  # noqa: RUF001 - Chinese brackets
    return f"```\n{source.choice(CODE)}  # {number}\n```\n"

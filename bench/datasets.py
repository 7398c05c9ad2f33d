r"""Datasets of our own making for benchmarks: HelpSteer, chat and DPO rows of English, Chinese and code.

Texts are put together at random from what every Python brings along: the prose of its library's docstrings and its
source code, and from clauses of common Chinese characters; two thirds of the characters are English, a quarter is
code, the rest Chinese. As in real instruction sets some rows are escaped (`\u4fee`) where they are not ASCII, and some
repeat.
"""

import ast
import json
import random
import re
import sysconfig
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import count
from pathlib import Path
from typing import NamedTuple

MODULES = 160  #: of the library, in the order of their names
CODE_LINES = (3, 12)  #: of a piece of code
ENGLISH_SHARE, CHINESE_SHARE = 0.74, 0.16  #: of all pieces; those of code are the longest
COMMON = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行"
    "学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些"
)
CLAUSES = 400

SCORES = ("helpfulness", "correctness", "coherence", "complexity", "verbosity")
REPEATS = 250  #: every so many rows one is a repeat
ESCAPED_SHARE = 0.15

type Row = dict[str, object]


class Dataset(NamedTuple):
    """A file of JSON lines."""

    kind: str
    path: Path
    size: int  #: bytes
    rows: int


class Pools(NamedTuple):
    """Pieces to build texts from, each of some hundred bytes."""

    prose: list[str]
    chinese: list[str]
    code: list[str]


@cache
def pools() -> Pools:
    """The same ones each time on one Python."""
    sources = [path.read_text("utf-8") for path in sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))[:MODULES]]
    return Pools(
        [piece for source in sources for piece in _prose(source)],
        list(_chinese()),
        [f"```python\n{piece}\n```\n" for source in sources for piece in _code(source)],
    )


def _prose(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
            for paragraph in re.split(r"\n\s*\n", ast.get_docstring(node) or ""):
                if 30 < len(text := " ".join(paragraph.split())) < 400:  # noqa: PLR2004 - a sentence or two
                    yield text


def _code(source: str) -> Iterator[str]:
    lines = source.split("\n")
    choice = random.Random(len(source))
    start = 0
    while start < len(lines):
        length = choice.randint(*CODE_LINES)
        yield "\n".join(lines[start : start + length])
        start += length


def _chinese() -> Iterator[str]:
    choice = random.Random(7)
    for _ in range(CLAUSES):
        clauses = ("".join(choice.choices(COMMON, k=choice.randint(6, 14))) for _ in range(choice.randint(3, 9)))
        yield "、".join(clauses) + "。"


def helpsteer_row(source: random.Random) -> Row:
    """A scored exchange of about 2 kB."""
    row: Row = {"prompt": _text(source, 4), "response": _text(source, 8)}
    return row | {score: source.choice((2, 3, 3, 4, 4, 4)) for score in SCORES}


def chat_row(source: random.Random) -> Row:
    """A conversation of one to four exchanges under a system message, about 3 kB."""
    messages = [{"role": "system", "content": "You help the customers of a garden tool shop."}]
    for _ in range(source.randint(1, 4)):
        messages.append({"role": "user", "content": _text(source, 2)})
        messages.append({"role": "assistant", "content": _text(source, 5)})
    return {"messages": messages}


def dpo_row(source: random.Random) -> Row:
    """A question with a better and a worse reply, about 2.5 kB."""
    return {
        "input": {"messages": [{"role": "user", "content": _text(source, 4)}]},
        "preferred_output": [{"role": "assistant", "content": _text(source, 5)}],
        "non_preferred_output": [{"role": "assistant", "content": _text(source, 5)}],
    }


def short_row(source: random.Random) -> Row:
    """A question and an answer in few words, about 200 bytes: of such rows there are most in a file."""
    asked, answered = (source.choice(pools().prose)[:40] for _ in range(2))
    number = source.randint(1, 10**9)
    return {"messages": [{"role": "user", "content": f"{number}: {asked}"}, {"role": "assistant", "content": answered}]}


ROWS: dict[str, Callable[[random.Random], Row]] = {
    "helpsteer": helpsteer_row,
    "chat": chat_row,
    "dpo": dpo_row,
    "short": short_row,
}


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


def written(folder: Path, kind: str, size: int) -> Dataset:
    """A file of `lines`, in a folder that is made if need be."""
    folder.mkdir(exist_ok=True)
    return write(folder / f"{kind}.jsonl", kind, lines(kind, size))


def write(path: Path, kind: str, some_lines: Iterable[bytes]) -> Dataset:
    """A file of lines."""
    rows = 0
    with path.open("wb") as file:
        for rows, line in enumerate(some_lines, 1):  # noqa: B007 - the last number is how many there are
            file.write(line)
    return Dataset(kind, path, path.stat().st_size, rows)


def _text(source: random.Random, pieces: int) -> str:
    said = (_piece(source) for _ in range(source.randint(1, 2 * pieces)))
    return "".join(piece + source.choice((" ", " ", "\n", "\n\n")) for piece in said).strip()


def _piece(source: random.Random) -> str:
    kind = source.random()
    if kind < ENGLISH_SHARE:
        return f"{source.choice(pools().prose)} (no. {source.randint(1, 9999)})"
    return source.choice(pools().chinese if kind < ENGLISH_SHARE + CHINESE_SHARE else pools().code)

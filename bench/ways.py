"""Ways to prepare a dataset: those that people write by hand, and what another vendor's tool does before an upload.

All read the file in full, and those that write, write to the null device: disks are not what is compared.
"""

import json
from collections.abc import Callable
from importlib import import_module
from os import devnull
from pathlib import Path

import orjson

from bench.datasets import Dataset

NOWHERE = Path(devnull)

type Way = Callable[[Dataset], object]


def script(dataset: Dataset) -> None:
    """What the well-known script does: text lines, json.loads, a dict, json.dumps. It checks and counts nothing."""
    with dataset.path.open(encoding="utf-8") as read, NOWHERE.open("w", encoding="utf-8") as written:
        written.writelines(json.dumps(converted(json.loads(line)), ensure_ascii=False) + "\n" for line in read)


def bare_orjson(dataset: Dataset) -> None:
    """The same with the fastest JSON library for Python."""
    with dataset.path.open("rb") as read, NOWHERE.open("wb") as written:
        written.writelines(orjson.dumps(converted(orjson.loads(line))) + b"\n" for line in read)


def check_file(dataset: Dataset) -> None:
    """What together 3.1.1 looks at before it uploads: whether all is UTF-8, and each line a JSON object."""
    check: Callable[[object], dict[str, object]] = import_module("together.lib.utils.files").check_file
    if not (answer := check(dataset.path))["is_check_passed"]:
        raise ValueError(f"{dataset.path.name}: {answer['message']}")


def converted(row: dict[str, str]) -> object:
    """A row as it is trained on. Those that are written for Azure stay what they are."""
    if "response" not in row:
        return row
    said = (("system", "You help."), ("user", row["prompt"].strip()), ("assistant", row["response"].strip()))
    return {"messages": [{"role": role, "content": text} for role, text in said]}

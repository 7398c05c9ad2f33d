"""Ways to prepare a dataset: those that people write by hand, and what another vendor's tool does before an upload.

All read the file in full, and those that write, write to the null device: disks are not what is compared.
"""

import json
from functools import partial
from os import devnull
from pathlib import Path
from typing import Any

import orjson
from together.lib.utils.files import check_file

from bench.datasets import Dataset
from bench.preparation.rounds import Task

NOWHERE = Path(devnull)


def script(dataset: Dataset) -> Task:
    """What the well-known script does: text lines, json.loads, a dict, json.dumps. It checks and counts nothing."""
    return partial(_script, dataset.path, NOWHERE)


def bare_orjson(dataset: Dataset) -> Task:
    """The same with the fastest JSON library for Python."""
    return partial(_bare_orjson, dataset.path)


def together(dataset: Dataset) -> Task:
    """What together looks at before it uploads: whether all is UTF-8, and each line a JSON object."""
    return partial(_checked, dataset.path)


def _script(path: Path, target: Path) -> None:
    with path.open(encoding="utf-8") as read, target.open("w", encoding="utf-8") as written:
        written.writelines(json.dumps(_converted(json.loads(line)), ensure_ascii=False) + "\n" for line in read)


def _bare_orjson(path: Path) -> None:
    with path.open("rb") as read, NOWHERE.open("wb") as written:
        written.writelines(orjson.dumps(_converted(orjson.loads(line))) + b"\n" for line in read)


def _converted(row: dict[str, Any]) -> object:
    """A row as it is trained on. Those that are written for Azure, or that are read by us alone, stay what they are."""
    if not isinstance(row.get("response"), str):
        return row
    said = (("system", "You help."), ("user", row["prompt"].strip()), ("assistant", row["response"].strip()))
    return {"messages": [{"role": role, "content": text} for role, text in said]}


def _checked(path: Path) -> None:
    answer = check_file(path)
    if not answer["is_check_passed"]:
        raise ValueError(f"{path.name}: {answer['message']}")

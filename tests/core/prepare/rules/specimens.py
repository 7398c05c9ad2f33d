"""Rows that break a rule, and rows that nearly do: read from `examples/*.yaml`, one file a chapter of the list.

A specimen is a `row`, several `rows`, the `text` of a file or its bytes as `base64`; or a set of `train`, `validation`
and `test` rows. `many` gives further rows, as many as `count`, in which `{n}` is their number. Beside them may stand
the file's `name`, the `method`, the recipe's `data` as `options`, the fields `graded`, the operation of a grader to
`probe`, the model's token `limit`, the questions of a `benchmark`, and how many `pictures` like it follow.
`!times [x, 3]` is x three times.
"""

import json
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from shared.core.grader import StringCheck
from shared.core.prepare import SourcePart
from shared.core.prepare.targets import Method
from shared.core.recipe import DataOptions
from tests.core.prepare.dropping import LENIENT, jsonl

EXAMPLES = Path(__file__).parent / "examples"
OF_TEXTS = {35, 36, 38, 40, 41, 43, 108, *range(121, 132)}  #: rules for which texts are looked into, which takes long
MOST_SHOWN = 400  #: characters

type Kind = Literal["breaks", "nearly"]


@dataclass(frozen=True, eq=False)
class Specimen:
    rule: int
    kind: Kind
    index: int  #: among its kind
    files: Mapping[SourcePart, bytes]
    name: str
    method: Method | None
    options: DataOptions
    graded: tuple[str, ...]
    probe: StringCheck | None
    limit: int | None
    benchmark: tuple[str, ...]  #: questions
    pictures: int  #: examples with an image, that are not written out
    shown: str  #: as the documentation shows it

    def __str__(self) -> str:
        return f"{self.rule} {self.kind} {self.index}"


class Loader(yaml.SafeLoader):
    """YAML with repetition."""


def _times(loader: Loader, node: yaml.Node) -> object:
    assert isinstance(node, yaml.SequenceNode)
    what, count = loader.construct_sequence(node, deep=True)
    return what * count if isinstance(what, str) else [what] * count


Loader.add_constructor("!times", _times)


@cache
def specimens() -> tuple[Specimen, ...]:
    """All of them, by rule."""
    read = (yaml.load(path.read_text(), Loader) for path in sorted(EXAMPLES.glob("*.yaml")))
    chapters = [chapter["rules"] for chapter in read]
    found = [each for chapter in chapters for number, kinds in chapter.items() for each in _of_rule(number, kinds)]
    return tuple(sorted(found, key=lambda each: each.rule))


def _of_rule(number: int, kinds: Mapping[Kind, list[dict[str, Any]]]) -> Iterator[Specimen]:
    for kind in ("breaks", "nearly"):
        for index, given in enumerate(kinds.get(kind, []), 1):
            yield _specimen(number, kind, index, given)


def _specimen(number: int, kind: Kind, index: int, given: dict[str, Any]) -> Specimen:
    files = _files(given)
    asked = DataOptions.model_validate(given.get("options", {}))
    wishes = {key: getattr(asked, key) for key in given.get("options", {})}
    options = LENIENT.model_copy(update={"scan": number in OF_TEXTS, **wishes})
    return Specimen(
        rule=number,
        kind=kind,
        index=index,
        files=files,
        name=given.get("name", "drop.jsonl"),
        method=given.get("method"),
        options=options,
        graded=tuple(given.get("graded", ())),
        probe=_probe(given["probe"]) if "probe" in given else None,
        limit=given.get("limit"),
        benchmark=tuple(given.get("benchmark", ())),
        pictures=given.get("pictures", 0),
        shown=_shown(given, files),
    )


def _probe(operation: str) -> StringCheck:
    """A grader that compares the whole answer with the reference of the row."""
    texts = {"input": "{{sample.output_text}}", "reference": "{{item.reference_answer}}"}
    return StringCheck.model_validate({"type": "string_check", "name": "compared", "operation": operation, **texts})


def _files(given: dict[str, Any]) -> dict[SourcePart, bytes]:
    parts: tuple[SourcePart, ...] = ("train", "validation", "test")
    if given.keys() & {*parts}:
        return {part: jsonl(given[part]) for part in parts if part in given}
    if "base64" in given:
        return {"whole": b64decode(given["base64"])}
    if "text" in given:
        return {"whole": given["text"].encode()}
    return {"whole": jsonl(_rows(given))}


def _rows(given: dict[str, Any]) -> list[object]:
    rows = [given["row"]] if "row" in given else list(given.get("rows", []))
    for many in given.get("many", []):
        written = json.dumps(many["row"])
        rows += [json.loads(written.replace("{n}", str(number))) for number in range(1, many["count"] + 1)]
    return rows


def _shown(given: dict[str, Any], files: Mapping[SourcePart, bytes]) -> str:
    if "base64" in given:
        return f"(bytes that are no text; as base64: {given['base64']})"
    return "\n".join(_cut(data.decode().replace("\r", "\\r")) for data in files.values()).rstrip("\n")


def _cut(text: str) -> str:
    lines = [
        line if len(line) <= MOST_SHOWN else f"{line[: MOST_SHOWN // 2]} … {line[-MOST_SHOWN // 4 :]}"
        for line in text.split("\n")
    ]
    return "\n".join(lines if len(lines) <= 5 else [*lines[:2], f"… {len(lines) - 4:,} more …", *lines[-2:]])

"""Check a dataset on a laptop, before anybody uploads it: the same engine, the same report.

`python -m shared.check FILE [FILE ...] [--recipe recipes/x.yaml] [--out DIR]` exits with 0 for an accepted dataset, 1
for a rejected one, and 2 if it could not look. One file is split; several are the training, validation and test file of
a set, by their names.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from shared.core.drop import SET_PARTS
from shared.core.errors import RecipeInvalid
from shared.core.prepare import Outputs, Report, Source, SourcePart, prepare
from shared.core.prepare.report import Finding, Rows
from shared.core.recipe import DataOptions, Recipe, parse_recipe
from shared.streams import ReadAhead, Writer, write_behind

CHUNK_BYTES = 1024 * 1024
ACCEPTED, REJECTED, COULD_NOT_LOOK = 0, 1, 2
OUTPUT_NAMES = ("train.jsonl", "validation.jsonl", "test.jsonl", "rejects.jsonl")
REPORT_NAME = "report.json"

MOODS = {"error": "error", "reject": "rejected", "warning": "warning", "fix": "repaired", "info": "note"}


class NotLookedAt(Exception):
    """What was asked for cannot be done. The message is for the person at the terminal."""


class Nowhere:
    """Takes bytes and keeps none."""

    def write(self, data: bytes, /) -> None:
        """Forget them."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    options = _parser().parse_args(arguments)
    try:
        report = check(options.files, _data_options(options.recipe), options.out)
    except (NotLookedAt, RecipeInvalid) as error:
        sys.stderr.write(f"{error}\n")
        return COULD_NOT_LOOK
    except OSError as error:
        sys.stderr.write(f"{error.filename}: {error.strerror}\n")
        return COULD_NOT_LOOK
    sys.stdout.write(told(report))
    return ACCEPTED if report.is_accepted else REJECTED


def check(files: Sequence[Path], options: DataOptions, out: Path | None) -> Report:
    """Prepare files as a drop of them would be. `out` is the folder that takes what would be trained on."""
    parts = zip(files, _parts(files), strict=True)
    sources = [Source(file.name, part, lambda file=file: ReadAhead(_chunks(file))) for file, part in parts]
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        report = prepare(sources, options, lambda: Outputs(*write_behind(stack, _writers(out, stack))))
    if out is not None:
        (out / REPORT_NAME).write_text(report.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return report


def _writers(out: Path | None, stack: ExitStack) -> list[Writer]:
    if out is None:
        return [Nowhere() for _ in OUTPUT_NAMES]
    return [stack.enter_context((out / name).open("wb")) for name in OUTPUT_NAMES]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m shared.check", description="Check a dataset before uploading it.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a dataset, or the files of a set")
    parser.add_argument("--recipe", type=Path, help="the team's recipe (default: every default)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder for the prepared files, rejects and report")
    return parser


def _data_options(recipe: Path | None) -> DataOptions:
    return Recipe().data if recipe is None else parse_recipe(recipe.read_text("utf-8", "replace"), recipe.name).data


def _parts(files: Sequence[Path]) -> list[SourcePart]:
    if len(files) == 1:
        return ["whole"]
    parts: list[SourcePart] = [_part(file) for file in files]
    if len(set(parts)) < len(parts):
        raise NotLookedAt("two files are for the same part of the set")
    return parts


def _part(file: Path) -> SourcePart:
    part = SET_PARTS.get(file.name.partition(".")[0].lower())
    if part is None or part == "recipe":
        known = ", ".join(SET_PARTS)
        raise NotLookedAt(f"{file.name!r} is no file of a set; found several files, whose names must begin: {known}")
    return part


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            yield chunk


def told(report: Report) -> str:
    """The report for a terminal."""
    names = ", ".join(f"{given.name} ({given.stored_as or 'unreadable'})" for given in report.inputs)
    parts = [
        f"{names}: {report.verdict}",
        *(f"  {reason}" for reason in report.reasons),
        *(f"  Note: {note}" for note in report.notes),
        "",
        f"rows      {_account(report.rows)}",
        f"formats   {', '.join(f'{name} ({count:,})' for name, count in report.formats.items()) or 'none known'}",
        f"examples  {_examples(report)}",
        *(line for finding in report.findings for line in _finding(finding)),
    ]
    return "\n".join(parts) + "\n"


def _account(rows: Rows) -> str:
    ends = {name: count for name, count in rows.model_dump().items() if name != "read" and count}
    told_ends = " + ".join(f"{count:,} {'held for test' if name == 'test' else name}" for name, count in ends.items())
    return f"{rows.read:,} read = {told_ends or '0'}"


def _examples(report: Report) -> str:
    return (
        f"{report.training.rows:,} training (about {report.training_tokens.count:,} tokens), "
        f"{report.validation.rows:,} validation, {report.test.rows:,} test"
    )


def _finding(finding: Finding) -> list[str]:
    rule = f" (rule {finding.rule})" if finding.rule else ""
    lines = ["", f"{MOODS[finding.severity]:9} {finding.count:,} x {finding.message}{rule}"]
    if finding.expected:
        lines.append(f"{'':10}expected: {finding.expected}")
    if not finding.remedy.startswith("nothing to do"):
        lines.append(f"{'':10}what to do: {finding.remedy}")
    if finding.places:
        more = ", ..." if finding.count > len(finding.places) else ""
        lines.append(f"{'':10}lines: {', '.join(_place(finding, index) for index in range(len(finding.places)))}{more}")
    return lines


def _place(finding: Finding, index: int) -> str:
    place = finding.places[index]
    column = f":{place.column}" if place.column else ""
    is_new_file = index == 0 or finding.places[index - 1].file != place.file
    return f"{place.file} " * is_new_file + f"{place.line}{column}"


if __name__ == "__main__":
    sys.exit(main())

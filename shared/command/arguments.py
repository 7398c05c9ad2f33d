"""What the command is asked for."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

DESCRIPTION = "Check a dataset before you upload it, or convert it to what Azure AI Foundry trains on."
OPERATORS = "For operators there are also: tunedrop replay, tunedrop trace."
STATUS = "Exit status: 0 the dataset is accepted, 1 it is rejected, 2 it could not be looked at."


@dataclass(frozen=True)
class Asked:
    """One call of the command."""

    act: Literal["check", "convert", "fingerprint"]
    files: tuple[Path, ...]  #: one dataset, or the files of a set; of fingerprint, questions, one a line
    recipe: Path | None
    out: Path | None  #: of check, a folder; of convert, a file or a folder, and always there
    as_json: bool
    jobs: int  #: processes that examine rows
    name: str  #: of fingerprint: what reports call the benchmark


def asked(arguments: Sequence[str] | None = None) -> Asked:
    """Read the command line. Leaves with status 2 if it makes no sense, and with 0 if it asks for help."""
    given = _parser().parse_args(arguments)
    return Asked(given.act, tuple(given.files), given.recipe, given.out, given.as_json, given.jobs, given.name)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tunedrop", description=DESCRIPTION, epilog=f"{STATUS} {OPERATORS}")
    acts = parser.add_subparsers(dest="act", required=True, metavar="check|convert|fingerprint")
    check = acts.add_parser("check", help="say what is wrong with a dataset", epilog=STATUS)
    check.add_argument("--out", type=Path, metavar="DIR", help="folder for the prepared files, rejects and reports")
    check.add_argument("--json", action="store_true", dest="as_json", help="print one JSON object instead of text")
    convert = acts.add_parser("convert", help="write what is usable in Azure's format", epilog=STATUS)
    convert.add_argument("--out", type=Path, metavar="FILE|DIR", required=True, help="where to write it")
    convert.set_defaults(as_json=False)
    for act in (check, convert):
        _add_common(act)
        act.set_defaults(name="")
    mark = acts.add_parser("fingerprint", help="write what tells questions of a benchmark in a dataset (rule 132)")
    mark.add_argument("name", metavar="NAME", help="what reports call the benchmark")
    mark.add_argument("files", nargs=1, type=Path, metavar="FILE", help="its questions, one a line")
    mark.add_argument("--out", type=Path, metavar="FILE", required=True, help="such as recipes/benchmarks/NAME.jsonl")
    mark.set_defaults(recipe=None, as_json=False, jobs=1)
    return parser


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a dataset, or the files of a set")
    parser.add_argument("--recipe", type=Path, metavar="FILE", help="the team's recipe (default: every default)")
    parser.add_argument("--jobs", type=_count, default=1, metavar="N", help="processes to use (default: 1)")


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"found {text!r}; expected a whole number from 1 on")
    return int(text)

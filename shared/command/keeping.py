"""What is written of a dataset: everything the service would write, or the converted file alone."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from shared.command.arguments import Asked
from shared.command.checking import prepared
from shared.command.refusal import Refused
from shared.command.writing import Pending, Stream, Written, outputs
from shared.core.prepare import Report
from shared.core.prepare.report import Output
from shared.core.recipe import Recipe
from shared.report.dataset_page import dataset_page
from shared.report.specimens import specimens

REPORT, PAGE = "report.json", "report.html"
REJECTS, CORRECTED = "rejects.jsonl", "corrected.jsonl"
PARTS: dict[Stream, str] = {"training": "train.jsonl", "validation": "validation.jsonl", "test": "test.jsonl"}
OF_CHECK: dict[Stream, str] = {**PARTS, "rejects": REJECTS}

type Kept = tuple[Report, Written | None]  #: what was found, and what was written


def check(asked: Asked, recipe: Recipe) -> Kept:
    """Check a dataset, and write all that a run of it would, if a folder is named."""
    if asked.out is None:
        with ExitStack() as stack:
            return prepared(asked, recipe, lambda: outputs(stack, {})), None
    return _check_into(asked.out, asked, recipe)


def _check_into(folder: Path, asked: Asked, recipe: Recipe) -> Kept:
    names: dict[Stream, str] = {**OF_CHECK, "usable": CORRECTED} if len(asked.files) == 1 else OF_CHECK
    _spare_inputs(asked.files, folder, (*names.values(), CORRECTED, REPORT, PAGE))
    with Pending(folder, names) as pending:
        report = prepared(asked, recipe, pending.outputs)
        pending.add(REPORT, report.model_dump_json(indent=2) + "\n")
        pending.add(PAGE, dataset_page(report, specimens(pending.read(REJECTS))))
        pending.keep(() if report.is_corrected else (CORRECTED,))
    if not report.is_corrected:
        (folder / CORRECTED).unlink(missing_ok=True)  # of an earlier check
    return report, Written(folder, _files(report))


def _files(report: Report) -> dict[str, str]:
    """What there is to look at in the folder; an empty file is not worth the mention."""
    rows = {name: output.rows for name, output in zip(PARTS.values(), _outputs(report), strict=True)}
    files = {name: _counted(count, "example") for name, count in rows.items() if count}
    if report.rejects.rows:
        files[REJECTS] = f"{_counted(report.rejects.rows, 'row')}, with what is wrong with each"
    if report.is_corrected:
        files[CORRECTED] = "the whole dataset, repaired"
    return {**files, PAGE: "this report as a page", REPORT: "the same for programs"}


def convert(asked: Asked, recipe: Recipe) -> Kept:
    """Write what is usable of a dataset, whether it is enough or not. A file without examples does not appear."""
    folder, names = _place(asked)
    _spare_inputs(asked.files, folder, names.values())
    with Pending(folder, names) as pending:
        report = prepared(asked, recipe, pending.outputs)
        counts = _converted(report, names)
        pending.keep([name for name, count in counts.items() if not count])
    files = {name: _counted(count, "example") for name, count in counts.items() if count}
    return report, Written(folder, files) if files else None


def _place(asked: Asked) -> tuple[Path, Mapping[Stream, str]]:
    """The folder to write to, and what is written there: one file, or those of a set."""
    out = asked.out or Path()
    first, *others = asked.files
    if others:
        if out.exists() and not out.is_dir():
            raise Refused(f"{out} is a file; a set of files is written to a folder")
        return out, PARTS
    if out.is_dir():
        return out, {"usable": f"{first.name.partition('.')[0]}.jsonl"}
    return out.parent, {"usable": out.name}


def _converted(report: Report, names: Mapping[Stream, str]) -> dict[str, int]:
    """The examples in each file."""
    rows = [output.rows for output in _outputs(report)]
    counts = {**dict(zip(PARTS, rows, strict=True)), "usable": sum(rows)}
    return {name: counts[stream] for stream, name in names.items()}


def _outputs(report: Report) -> tuple[Output, Output, Output]:
    return report.training, report.validation, report.test


def _spare_inputs(files: Sequence[Path], folder: Path, names: Iterable[str]) -> None:
    """Raises `Refused` if a file that is read would be written over."""
    written = [folder / name for name in names]
    for file in files:
        if any(path.exists() and path.samefile(file) for path in written):
            raise Refused(f"{file} would be written over: name another place with --out")


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"

"""Rows are looked for in what runs prepared."""

from collections.abc import Iterable, Iterator, Mapping

from shared.core.lineage import lineage_of
from shared.core.prepare.containers.json_lines import blocks, rows
from shared.core.prepare.containers.record import Record
from shared.core.prepare.identity import identity_of
from shared.core.run import Run
from shared.ports import RunFiles, Services
from shared.preparation import TEST, TRAINING, VALIDATION

EVERY = 2**63  #: runs


class NoExample(Exception):
    """A line of the file that is asked about is not what is trained on."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}: not an example in Azure's format; tunedrop convert writes it")


type Sought = Mapping[bytes, int]  #: lines of the file that is asked about, by what they say


def sought_in(chunks: Iterable[bytes]) -> Sought:
    """The examples of a file, in Azure's format. Raises `NoExample`."""
    return {_identity_of(record): record.line for record in rows(blocks(chunks))}


def _identity_of(record: Record) -> bytes:
    try:
        return identity_of(record.text)
    except ValueError as error:
        raise NoExample(record.line) from error


def trace(sought: Sought, services: Services) -> Iterator[str]:
    """A line for each place where one of the rows stands, and one for what was made of the run that holds it."""
    for run in services.runs.latest(EVERY):
        places = [*_places(run.id, sought, services.files)]
        yield from places
        if places:
            yield _made_of(run)


def _places(run_id: str, sought: Sought, files: RunFiles) -> Iterator[str]:
    for name in (TRAINING, VALIDATION, TEST):
        for record in rows(blocks(files.read(run_id, name) or ())):
            if line := sought.get(identity_of(record.text)):
                yield f"line {line}: run {run_id}, {name}, line {record.line}"


def _made_of(run: Run) -> str:
    lineage = lineage_of(run)
    made = {
        "dropped as": ", ".join(lineage.inputs),
        "model": lineage.tuned_model,
        "deployment": lineage.deployment,
    }
    told = "; ".join(f"{what} {name}" for what, name in made.items() if name)
    return f"run {run.id}: {told}; {lineage.outcome}"

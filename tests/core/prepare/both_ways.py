"""Examining the same lines the quick way, as a block, and the careful way, as single rows."""

from collections.abc import Iterator, Sequence

from shared.core.prepare import Assignment
from shared.core.prepare.containers.json_lines import records_of
from shared.core.prepare.containers.record import Block, Record
from shared.core.prepare.examine import Examined, Examiner

NAME = "drop.jsonl"

type Outcome = dict[str, object]


def both_ways(lines: bytes, assignment: Assignment, usual: Sequence[bytes] = ()) -> tuple[Outcome, Outcome]:
    """What lines of JSON become, quickly and carefully, behind those that tell the usual format, or the first."""
    block = Block(2, lines)
    first = [Record(1, line) for line in usual] or [*records_of(block)][:1]
    return _outcome(assignment, first, block), _outcome(assignment, first, [*records_of(block)])


def _outcome(assignment: Assignment, first: Sequence[Record], batch: Block | Sequence[Record]) -> Outcome:
    examiner = Examiner(assignment)
    examiner.examine(NAME, first)
    examined = examiner.examine(NAME, batch)
    surveyed = examiner.surveyed()
    found = [measures.statistics() for measures in surveyed.measures.values() if measures.composition.rows]
    return dict(_told(examined)) | {
        "survey": [*surveyed.survey.faults()],
        "statistics": found,
        "method": examiner.method,
    }


def _told(examined: Examined) -> Iterator[tuple[str, object]]:
    for name in ("read", "lines", "numbers", "groups", "noticed", "made_of", "digests", "tokens", "dropped", "waits"):
        yield name, getattr(examined, name)
    yield "images", examined.has_images
    yield "votes", (examined.votes.formats, examined.votes.methods)
    if examined.signatures is not None:
        yield "signatures", examined.signatures.values.tolist()

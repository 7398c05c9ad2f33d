"""What is told of a specimen."""

import io
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from shared.core.prepare import Outputs, Report, Source, prepare
from shared.core.prepare.assignment import Assignment
from shared.core.prepare.faults import Fault
from shared.core.prepare.files import Hashed
from shared.core.prepare.rules.survey import size
from shared.core.prepare.rules.survey.images import ImageSurvey
from shared.core.prepare.scans import Scanner
from shared.core.prepare.scans.benchmarks import detectors, fingerprints
from tests.core.prepare.dropping import Written
from tests.core.prepare.rules.specimens import Specimen

ADDRESS = "https://example.com/saw.png"


class Told(NamedTuple):
    rule: int | None
    severity: str
    message: str
    expected: str
    remedy: str


@cache
def told(specimen: Specimen) -> list[Told]:
    """Everything, each thing once."""
    training = Written()
    report = _prepared(specimen, training)
    findings = [Told(each.rule, each.severity, each.message, each.expected, each.remedy) for each in report.findings]
    further = (_of_fault(fault) for fault in _not_by_the_engine(specimen, report, training.getvalue()))
    return list(dict.fromkeys([*findings, *further]))


def _prepared(specimen: Specimen, training: io.BytesIO) -> Report:
    sources = [
        Source(specimen.name if part == "whole" else f"{part}.jsonl", part, lambda data=data: Hashed([data]))
        for part, data in specimen.files.items()
    ]
    assignment = Assignment(specimen.options, specimen.method, specimen.graded, specimen.limit, probe=specimen.probe)
    return prepare(sources, assignment, lambda: Outputs(training, Written(), Written(), Written()))


def _not_by_the_engine(specimen: Specimen, report: Report, training: bytes) -> Iterator[Fault]:
    yield from size.check(report.method, report.training.rows, report.validation.rows)
    if specimen.benchmark:
        scanner = Scanner(detectors(fingerprints("riddles", specimen.benchmark)))
        yield from (hit.kind.fault() for hit in scanner.scan(training.splitlines()))
    if specimen.pictures:
        yield from _of_pictures(specimen.pictures)


def _of_pictures(examples: int) -> Iterator[Fault]:
    """Of more examples than anybody would write out."""
    images = ImageSurvey()
    for line in range(1, examples + 1):
        images.add([ADDRESS], "drop.jsonl", line)
    yield from (fault for fault, _ in images.faults(examples))


def _of_fault(fault: Fault) -> Told:
    return Told(fault.rule.number, fault.rule.severity, fault.reason, fault.expected, fault.rule.remedy)

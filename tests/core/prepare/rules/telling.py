"""What is told of a specimen: by the engine, and by the parts of it that look at whole sets."""

from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

from msgspec import Raw, convert
from msgspec.json import encode

from shared.core.prepare.chat import Chat, Message
from shared.core.prepare.faults import Fault
from shared.core.prepare.measure.affixes import Affixes
from shared.core.prepare.measure.answers import Answers
from shared.core.prepare.measure.composition import Composition
from shared.core.prepare.measure.languages import Languages
from shared.core.prepare.measure.near_duplicates import NearDuplicates
from shared.core.prepare.measure.signatures import sign
from shared.core.prepare.measure.tokenizer import TokenCounter
from shared.core.prepare.measure.tokens import too_long
from shared.core.prepare.rules import check
from shared.core.prepare.rules.survey import Survey, size
from shared.core.prepare.scans import FOR_ALL, FOR_RFT, Detector, Scanner
from shared.core.prepare.scans.benchmarks import detectors, fingerprints
from shared.core.prepare.targets import Preference, Problem, Reply, Target
from tests.core.prepare.dropping import Prepared, drop_set
from tests.core.prepare.measure.making import blocks, digests, measured
from tests.core.prepare.rules.specimens import Specimen


class Told(NamedTuple):
    rule: int | None
    severity: str
    message: str
    expected: str
    remedy: str


@cache
def told(specimen: Specimen) -> list[Told]:
    """Everything."""
    names = {part: specimen.name if part == "whole" else f"{part}.jsonl" for part in specimen.files}
    prepared = drop_set(dict(specimen.files), specimen.options, names, method=specimen.method)  # type: ignore[arg-type]
    findings = prepared.report.findings
    engine = [Told(each.rule, each.severity, each.message, each.expected, each.remedy) for each in findings]
    further = chain(_of_set(specimen, prepared), _of_texts(specimen, prepared))
    return list(dict.fromkeys([*engine, *(_of_fault(fault) for fault in further)]))


def _of_set(specimen: Specimen, prepared: Prepared) -> Iterator[Fault]:
    survey = Survey(specimen.graded)
    for number, line in enumerate(prepared.all_lines, 1):
        target = target_of(line)
        if specimen.graded:
            yield from check(target, specimen.graded)
        for _ in range(specimen.times):
            survey.add(target, specimen.name, number)
    yield from (fault for fault, _ in survey.faults())
    yield from size.check(prepared.report.method, len(prepared.training), len(prepared.validation))


def _of_texts(specimen: Specimen, prepared: Prepared) -> Iterator[Fault]:
    lines = [line for part in ("training", "validation", "test") for line in prepared.written[part].splitlines()]
    scanner = _scanner(FOR_RFT if prepared.report.method == "rft" else FOR_ALL)
    if specimen.benchmark:
        scanner = Scanner(detectors(fingerprints("riddles", specimen.benchmark)))
    yield from (hit.kind.fault() for hit in scanner.scan(lines))
    if specimen.limit:
        yield from too_long(lines, specimen.limit, TokenCounter()).values()
    for measure in (Answers, Composition):
        yield from (noted.fault for noted in measured(measure, lines).faults())
    affixes, languages, near = Affixes(), Languages(), NearDuplicates()
    for block, texts, numbers in blocks(lines, 100):
        affixes.add_block(texts)
        languages.add_block(texts, numbers, digests(block))
        near.add(sign(texts), ["train"] * len(block), numbers.tolist())
    yield from (noted.fault for noted in affixes.faults())
    yield from (noted.fault for noted in languages.faults(specimen.options.languages, languages.found()))
    yield from (each.fault for each in near.finish())


@cache
def _scanner(detectors: tuple[Detector, ...]) -> Scanner:
    return Scanner(detectors)


def target_of(line: dict[str, Any]) -> Target:
    """An example, read back from its line."""
    if "preferred_output" in line:
        replies = (convert(line[field], list[Reply]) for field in ("preferred_output", "non_preferred_output"))
        return Preference(_chat(line["input"]), *replies)
    chat = _chat(line)
    if line["messages"][-1]["role"] == "assistant":
        return chat
    return Problem(chat, {key: value for key, value in line.items() if key not in Chat.__struct_fields__})


def _chat(line: dict[str, Any]) -> Chat:
    tools = Raw(encode(line["tools"])) if "tools" in line else None
    return Chat(convert(line["messages"], list[Message]), tools, line.get("parallel_tool_calls"))


def _of_fault(fault: Fault) -> Told:
    return Told(fault.rule.number, fault.rule.severity, fault.reason, fault.expected, fault.rule.remedy)

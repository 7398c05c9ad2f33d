import pickle

from shared.core.prepare.measure.measures import Measures
from tests.core.prepare.measure.making import blocks, digests, line, prose

GERMAN = "Wischen Sie die Klinge mit einem trockenen Tuch ab und geben Sie einen Tropfen Öl auf das Gelenk."
LINES = [
    *(line(f"Tell me about number {at % 90}!", prose(at)) for at in range(98)),
    line("?", GERMAN),
    line("?", "ja"),
]


def measured(lines: list[bytes], before: int = 0, size: int = 7) -> Measures:
    made = Measures()
    for block, texts, numbers in blocks(lines, size):
        made.add_block(texts, (numbers + before).tolist(), digests(block))
    return made


def test_a_set_is_told_about_whole() -> None:
    noted = measured(LINES).faults((), has_pairs=False)
    assert [(each.fault.rule.number, each.lines) for each in noted] == [
        (38, (100,)),
        (123, tuple(sorted([*range(1, 9), *range(91, 99), 99, 100]))),
        (127, (99,)),
    ]


def test_pairs_are_no_contradictions() -> None:
    assert [each.fault.rule.number for each in measured(LINES).faults((), has_pairs=True)] == [38, 127]


def test_parts_from_other_processes_come_to_the_same() -> None:
    first, second = (pickle.loads(pickle.dumps(part)) for part in (measured(LINES[:40]), measured(LINES[40:], 40, 11)))
    first.merge(second)
    assert first.faults(("de",), has_pairs=False) == measured(LINES, size=100).faults(("de",), has_pairs=False)

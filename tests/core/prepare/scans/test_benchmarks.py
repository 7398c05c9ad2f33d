import pytest
from msgspec import DecodeError

from shared.core.prepare.scans import Scanner
from shared.core.prepare.scans.benchmarks import decoded, detectors, encoded, fingerprints
from tests.core.prepare.scans.scanning import chat

SAWS = "A gardener owns 14 pruning saws and lends three of them to each of her four neighbours. How many saws remain?"
CLIPS = "Which of the following is the best time of the year to prune an apple tree in a cold climate?"
CHINESE = "小明有十四把修枝剪、他借给四个邻居每人三把、请问他还剩下几把修枝剪?"
KNOWN = fingerprints("garden-8k", [SAWS, CLIPS, CHINESE, "Too short?"])
SCANNER = Scanner(detectors(KNOWN))

CONTAMINATED = [
    SAWS,
    f"Solve this:\n{SAWS}\nThanks.",
    SAWS.upper(),
    SAWS.replace(". How", ", so how"),
    " ".join(SAWS.split()[6:]),
    CLIPS,
    CHINESE,
]
OTHER = [
    "A gardener owns 14 pruning saws.",
    SAWS.replace("gardener", "farmer").replace("three", "two").replace("remain", "stay"),
    "Which of the following is the best saw?",
    "小明有十四把修枝剪",
    "Too short?",
]


@pytest.mark.parametrize("text", CONTAMINATED)
def test_a_question_of_a_benchmark_is_found_whatever_stands_around_it(text: str) -> None:
    (hit,) = SCANNER.scan([chat("Two.", text)])
    assert (hit.kind.rule.number, hit.kind.name) == (132, "garden-8k")
    assert "garden-8k" in hit.kind.reason


@pytest.mark.parametrize("text", OTHER)
def test_a_question_like_it_is_not(text: str) -> None:
    assert SCANNER.scan([chat("Two.", text)]) == []


def test_fingerprints_are_read_as_they_were_written() -> None:
    assert decoded(encoded(KNOWN)) == KNOWN
    assert len(KNOWN) == 9


def test_a_fingerprint_is_no_question() -> None:
    assert b"four neighbours. How" not in encoded(KNOWN)
    assert max(len(fingerprint.anchor) for fingerprint in KNOWN) <= 32


@pytest.mark.parametrize("file", [b"{", b'{"benchmark": "x"}\n', b'{"benchmark": "x", "anchor": 1}'])
def test_a_file_of_something_else_is_refused(file: bytes) -> None:
    with pytest.raises(DecodeError):
        decoded(file)

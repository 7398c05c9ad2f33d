"""Rule 132: questions of benchmarks in a dataset, with which a model's score means nothing.

A recipe names files of fingerprints, made once from a benchmark's questions with `fingerprints` and `encoded`. A
fingerprint is a run of a question's words, as a hash, and an anchor: a few of these words as they stand in the
question, which the engine searches for. Words count without case and punctuation; a Chinese, Japanese or Korean
character counts as a word.

The file is JSON lines, one fingerprint each: `{"benchmark": "gsm8k", "anchor": "april and may", "before": 4,
"words": 13, "hash": "0f3c..."}`.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

from msgspec import Struct
from msgspec.json import Decoder, Encoder

from shared.core.prepare.faults import shown
from shared.core.prepare.rule import Rule
from shared.core.prepare.scans.kind import Detector, Find, Kind, Span

MOST_WORDS = 13  #: of a run: as GPT-3's authors compared their sets (Brown et al. 2020, appendix C)
FEWEST_WORDS = 8  #: a question of fewer is asked everywhere
RUNS = 3  #: of a question: its beginning, its middle and its end
ANCHOR = range(10, 33)  #: bytes
ANCHOR_WORDS = 8
LONGEST_WORD = 40  #: characters, at which a text is cut to find the words of a run

EAST_ASIAN = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
WORD = re.compile(rf"[{EAST_ASIAN}]|[^\W_{EAST_ASIAN}]+")
BETWEEN = re.compile(r" ?")

IS_UNSEEN = Rule(
    132, "benchmark contamination", "warning", "leave the row out, or do not judge the tuned model by this benchmark"
)


class Fingerprint(Struct, frozen=True, gc=False):
    """A run of words of a benchmark's question."""

    benchmark: str
    anchor: str  #: some of the words, in small letters, one blank between them at most
    before: int  #: words of the run in front of the anchor
    words: int  #: of the run
    hash: str  #: of the words in small letters, a blank between them: SHA-256, 16 hexadecimal digits


encoded: Callable[[Iterable[Fingerprint]], bytes] = Encoder().encode_lines
decoded: Callable[[bytes], list[Fingerprint]] = Decoder(Fingerprint).decode_lines
"""To and from a file of fingerprints. `decoded` raises `msgspec.DecodeError`, or `ValidationError` with the reason."""

type _Run = tuple[str, Sequence[re.Match[str]]]  #: a question, and some of its words


def fingerprints(benchmark: str, questions: Iterable[str]) -> list[Fingerprint]:
    """The fingerprints of a benchmark. Questions of fewer than eight words have none."""
    runs = [run for question in questions for run in _runs(question.lower())]
    uses = Counter(anchor for run in runs for anchor in {run[0][start:end] for start, end, _ in _anchors(run)})
    made = (_fingerprint(benchmark, run, uses) for run in runs)
    return [fingerprint for fingerprint in made if fingerprint]


def _runs(question: str) -> list[_Run]:
    words = [*WORD.finditer(question)]
    if len(words) < FEWEST_WORDS:
        return []
    last = max(0, len(words) - MOST_WORDS)
    starts = sorted({last * number // (RUNS - 1) for number in range(RUNS)})
    return [(question, words[start : start + MOST_WORDS]) for start in starts]


def _anchors(run: _Run) -> Iterable[tuple[int, int, int]]:
    """What may serve as an anchor: where it starts and ends in the question, and the words of the run before it."""
    question, words = run
    for first, word in enumerate(words):
        end = word.start()
        for following in words[first : first + ANCHOR_WORDS]:
            if following is not word and not BETWEEN.fullmatch(question, end, following.start()):
                break
            end = following.end()
            if len(question[word.start() : end].encode()) in ANCHOR:
                yield word.start(), end, first


def _fingerprint(benchmark: str, run: _Run, uses: Counter[str]) -> Fingerprint | None:
    """With the anchor that fewest runs have, and of those the longest."""
    question, words = run
    best = min(_anchors(run), key=lambda one: (uses[question[one[0] : one[1]]], one[0] - one[1], one[0]), default=None)
    if best is None:
        return None
    start, end, before = best
    return Fingerprint(benchmark, question[start:end], before, len(words), _hash(word[0] for word in words))


def _hash(words: Iterable[str]) -> str:
    return sha256(" ".join(words).encode()).hexdigest()[:16]


def detectors(known: Iterable[Fingerprint]) -> tuple[Detector, ...]:
    """A detector for each benchmark that has fingerprints."""
    by_benchmark: dict[str, list[Fingerprint]] = {}
    for fingerprint in known:
        by_benchmark.setdefault(fingerprint.benchmark, []).append(fingerprint)
    return tuple(_detector(name, those) for name, those in sorted(by_benchmark.items()))


def _detector(benchmark: str, known: Iterable[Fingerprint]) -> Detector:
    by_anchor: dict[str, list[Fingerprint]] = {}
    for fingerprint in known:
        by_anchor.setdefault(fingerprint.anchor, []).append(fingerprint)
    kind = Kind(IS_UNSEEN, benchmark, f"a text contains a question of the benchmark {shown(benchmark)}")
    patterns = tuple(f"(?i){re.escape(anchor)}".encode() for anchor in by_anchor)
    return Detector(kind, patterns, _find(by_anchor))


def _find(by_anchor: dict[str, list[Fingerprint]]) -> Find:
    lengths = sorted({len(anchor) for anchor in by_anchor})

    def find(text: str, at: int) -> Span | None:
        for length in lengths:
            for fingerprint in by_anchor.get(text[max(0, at - length) : at].lower(), ()):
                if span := _run_around(text, at - length, fingerprint):
                    return span
        return None

    return find


def _run_around(text: str, anchor: int, fingerprint: Fingerprint) -> Span | None:
    """The run of words around an anchor, if it is the fingerprint's."""
    reach = fingerprint.words * LONGEST_WORD
    words = [*WORD.finditer(text, max(0, anchor - reach), anchor + reach)]
    first = next((number for number, word in enumerate(words) if word.start() == anchor), -1) - fingerprint.before
    run = words[first : first + fingerprint.words] if first >= 0 else []
    if len(run) < fingerprint.words or _hash(word[0].lower() for word in run) != fingerprint.hash:
        return None
    return run[0].start(), run[-1].end()

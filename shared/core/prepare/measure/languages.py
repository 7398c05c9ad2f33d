"""In which languages the examples are: rule 127.

The script of every example is told by its bytes. The language is found for a sample, which is drawn by the examples'
digests: the same set has the same sample, in any order. What cannot be told for sure, such as code, numbers and a few
words, counts for nothing.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, cast

import numpy as np
import pycld2  # pyright: ignore[reportMissingTypeStubs] - compiled, without types

from shared.core.prepare.faults import Fault
from shared.core.prepare.measure.noted import FIRST, Noted, percent
from shared.core.prepare.measure.sampling import HIGHEST, keys_of
from shared.core.prepare.measure.scripts import CHINESE, LATIN, SCRIPT_OF, SCRIPTS, script_of_rows
from shared.core.prepare.measure.texts import ASSISTANT, USER, Numbers, Texts
from shared.core.prepare.rule import Rule

IS_EXPECTED = Rule(127, "languages", "warning", "check these examples, or name their language in the recipe too")
IS_FREQUENT = Rule(
    127, "languages", "info", "nothing to do, or name the languages you want under `languages` in the recipe"
)

MOST_SAMPLED = 1_000  #: examples; a share in the sample is within 3 points of that in the set
SLACK = 1.25  #: how many more wait for the next look at who stays
MOST_BYTES = 1_500  #: of a text that are looked at
MOST_CHARACTERS = 1_000  #: of an example, likewise
LEAST_BYTES = 60  #: of letters, to call a language
LEAST_PERCENT = 80  #: of a text in its main language
RARE = 0.02  #: share of the examples
LEAST_MAIN = 0.9  #: share of the languages that are not rare; a set of very many has no rare ones

TERMS_ONLY = {"la"}  #: Latin stands in texts of medicine, law and botany, and no set is in it
SPELLINGS = {"iw": "he", "zh-Hant": "zh", "jw": "jv"}  #: the library's, and those of recipes (ISO 639-1)
ESCAPE = re.compile(rb"\\(u....|.)")
NOT_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]+")  #: refused by the library


type Guess = tuple[str, str, int, float]  #: name and code of a language, percent of the text, score
type Detected = tuple[bool, int, tuple[Guess, ...]]  #: whether it is sure, bytes of letters, the languages in order


class Sampled(NamedTuple):
    """An example whose language is found in the end."""

    key: int
    line: int
    text: str


class Language(NamedTuple):
    code: str  #: two letters, mostly
    name: str  #: in English


@dataclass
class Languages:
    """The languages of a set. The order of its blocks does not matter, except for which lines are named first."""

    scripts: Numbers = field(default_factory=lambda: np.zeros(len(SCRIPTS), np.int64))  #: examples in each
    lines: list[list[int]] = field(default_factory=lambda: [[] for _ in SCRIPTS])  #: the first in each
    sample: list[Sampled] = field(default_factory=list[Sampled])
    highest: int = HIGHEST  #: keys above are not in the sample

    def add_block(self, texts: Texts, lines: Numbers, digests: Sequence[bytes]) -> None:
        """Take the texts of a block, whose rows stand at these lines, each with a hash of at least 8 bytes."""
        prompts, replies = texts.of(USER).first(), texts.of(ASSISTANT).last()
        script = script_of_rows(prompts, replies)
        self.scripts += np.bincount(script, minlength=len(SCRIPTS))
        for number in np.unique(script).tolist():
            self.lines[number] = (self.lines[number] + lines[script == number].tolist())[:FIRST]
        keys = keys_of(digests)
        drawn = np.flatnonzero(keys <= np.uint64(self.highest)).tolist()
        self.sample += [Sampled(int(keys[row]), int(lines[row]), _said(prompts, replies, row)) for row in drawn]
        if len(self.sample) > SLACK * MOST_SAMPLED:
            self._prune()

    def merge(self, later: "Languages") -> None:
        """Take what was found in the rows behind."""
        self.scripts += later.scripts
        self.lines = [sorted(own + more)[:FIRST] for own, more in zip(self.lines, later.lines, strict=True)]
        self.sample += later.sample
        self.highest = min(self.highest, later.highest)
        self._prune()

    def found(self) -> dict[Language, list[int]]:
        """The sample's languages, the most frequent first, with the lines of their examples in order."""
        self._prune()
        found: dict[Language, list[int]] = {}
        for sampled in self.sample:
            if language := language_of(sampled.text):
                found.setdefault(language, []).append(sampled.line)
        ordered = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
        return {language: sorted(lines) for language, lines in ordered}

    def faults(self, expected: Collection[str], found: Mapping[Language, Sequence[int]]) -> list[Noted]:
        """Examples in a language that is not expected or, without expectations, in one that is rare here.

        `expected` are language codes of two letters, `found` what `found` finds. Latin letters are no sign of a
        language: code and numbers are written with them everywhere.
        """
        rows = {script: count for script, count in enumerate(self.scripts.tolist()) if count}
        scripts = _odd(rows, _scripts_of(expected)) - {LATIN}
        rule = IS_EXPECTED if expected else IS_FREQUENT
        noted = [
            _noted(rule, rows[script], rows.values(), f"written in {SCRIPTS[script]}", self.lines[script])
            for script in sorted(scripts)
        ]
        counts = {language.code: len(lines) for language, lines in found.items()}
        codes = {code for code in _odd(counts, expected) if SCRIPT_OF.get(code, LATIN) not in scripts}
        return noted + [
            _noted(rule, counts[language.code], counts.values(), f"in {language.name}", lines)
            for language, lines in found.items()
            if language.code in codes
        ]

    def _prune(self) -> None:
        """Keep the examples with the lowest keys."""
        self.sample.sort()
        if len(self.sample) > MOST_SAMPLED:
            self.sample = self.sample[:MOST_SAMPLED]
            self.highest = self.sample[-1].key


def language_of(text: str) -> Language | None:
    """The language of a text, if it can be told for sure."""
    detected = _detect(NOT_TEXT.sub(" ", text).encode())
    if detected is None:
        return None
    is_sure, size, ((name, code, share, _), *_) = detected
    if not is_sure or size < LEAST_BYTES or share < LEAST_PERCENT or code in TERMS_ONLY:
        return None
    return Language(SPELLINGS.get(code, code), name.title())


def _detect(text: bytes) -> Detected | None:
    """What the library says; `None` for a character that it takes for a fault of encoding."""
    try:
        return cast("Detected", pycld2.detect(text))  # pyright: ignore[reportUnknownMemberType] - likewise
    except pycld2.error:  # pyright: ignore[reportUnknownMemberType] - likewise
        return None


def _said(prompts: Texts, replies: Texts, row: int) -> str:
    """The beginning of what a row says, the reply first: it is what is learnt."""
    pieces = (piece for texts in (replies, prompts) for piece in texts.chosen(texts.row == row).pieces())
    return "\n".join(map(_beginning, pieces))[:MOST_CHARACTERS]


def _beginning(written: bytes) -> str:
    """The first characters of a text that is written as in JSON: escapes are no words."""
    return ESCAPE.sub(b" ", written[:MOST_BYTES]).decode(errors="ignore")


def _scripts_of(codes: Collection[str]) -> set[int]:
    """The scripts of languages; Japanese may be in Chinese characters alone."""
    return {SCRIPT_OF.get(code, LATIN) for code in codes} | ({CHINESE} if "ja" in codes else set())


def _odd[Kind](counts: Mapping[Kind, int], expected: Collection[Kind]) -> set[Kind]:
    """The kinds that are not expected or, if nothing is, rare among few that are frequent."""
    if expected:
        return {kind for kind in counts if kind not in expected}
    total = sum(counts.values())
    rare = {kind for kind, count in counts.items() if count < RARE * total}
    return rare if sum(counts[kind] for kind in rare) <= (1 - LEAST_MAIN) * total else set()


def _noted(rule: Rule, count: int, counts: Iterable[int], what: str, lines: Sequence[int]) -> Noted:
    return Noted(Fault(rule, f"{percent(count, sum(counts))} of the examples are {what}"), tuple(lines[:FIRST]))

"""All that is counted over the texts of one file, together."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from shared.core.prepare.measure.affixes import Affixes
from shared.core.prepare.measure.answers import Answers
from shared.core.prepare.measure.composition import Composition
from shared.core.prepare.measure.distribution import Distribution
from shared.core.prepare.measure.languages import Language, Languages
from shared.core.prepare.measure.noted import Noted
from shared.core.prepare.measure.scripts import SCRIPTS
from shared.core.prepare.measure.texts import Texts
from shared.core.prepare.report import Spread, Statistics


@dataclass
class Measures:
    """Taken of blocks of examples; those of two processes can be put together."""

    composition: Composition = field(default_factory=Composition)
    affixes: Affixes = field(default_factory=Affixes)
    answers: Answers = field(default_factory=Answers)
    languages: Languages = field(default_factory=Languages)

    @cached_property
    def found(self) -> Mapping[Language, Sequence[int]]:
        """The languages, with lines in each; asked for when everything was added."""
        return self.languages.found()

    def add_block(self, texts: Texts, lines: Sequence[int], digests: Sequence[bytes]) -> None:
        """Take the texts of a block, with the line of each row and a hash of at least 8 bytes."""
        numbers = np.array(lines, np.int64)
        self.composition.add_block(texts, numbers)
        self.affixes.add_block(texts)
        self.answers.add_block(texts, numbers)
        self.languages.add_block(texts, numbers, digests)

    def merge(self, other: "Measures") -> None:
        """Take what another process took of the same file."""
        self.composition.merge(other.composition)
        self.affixes.merge(other.affixes)
        self.answers.merge(other.answers)
        self.languages.merge(other.languages)

    def faults(self, expected: Collection[str], *, has_pairs: bool) -> list[Noted]:
        """What is worth a look. The replies of preferences come in pairs that differ on purpose.

        `expected`: the languages that the rows should be in, by their codes.
        """
        return [
            *self.composition.faults(),
            *self.affixes.faults(),
            *([] if has_pairs else self.answers.faults()),
            *self.languages.faults(expected, self.found),
        ]

    def statistics(self) -> Statistics:
        """The figures for the report."""
        made = self.composition
        scripts = zip(SCRIPTS, self.languages.scripts.tolist(), strict=True)
        return Statistics(
            messages=_spread(made.messages),
            text_bytes=_spread(made.text_bytes),
            reply_bytes=_spread(made.reply_bytes),
            languages={language.name: len(lines) for language, lines in self.found.items()},
            scripts={name: count for name, count in scripts if count},
            task=self.answers.task,
        )


def _spread(distribution: Distribution) -> Spread:
    return Spread(
        median=distribution.at(0.5),
        high=distribution.at(0.95),
        most=distribution.largest,
        histogram=tuple(distribution.histogram()),
    )

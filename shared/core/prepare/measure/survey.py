"""All that is told about the texts of a set, one block of examples after the other."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np

from shared.core.prepare.measure.affixes import Affixes
from shared.core.prepare.measure.answers import Answers
from shared.core.prepare.measure.composition import Composition
from shared.core.prepare.measure.languages import Languages
from shared.core.prepare.measure.noted import Noted
from shared.core.prepare.measure.texts import Texts


@dataclass
class Survey:
    """Can be sent between processes, and merged in the order of the rows."""

    composition: Composition = field(default_factory=Composition)
    affixes: Affixes = field(default_factory=Affixes)
    answers: Answers = field(default_factory=Answers)
    languages: Languages = field(default_factory=Languages)

    def add_block(self, texts: Texts, lines: Sequence[int], digests: Sequence[bytes]) -> None:
        """Take the texts of a block, with the line of each row and a hash of at least 8 bytes."""
        numbers = np.array(lines, np.int64)
        self.composition.add_block(texts, numbers)
        self.affixes.add_block(texts)
        self.answers.add_block(texts, numbers)
        self.languages.add_block(texts, numbers, digests)

    def merge(self, later: "Survey") -> None:
        """Take what was found in the rows behind."""
        self.composition.merge(later.composition)
        self.affixes.merge(later.affixes)
        self.answers.merge(later.answers)
        self.languages.merge(later.languages)

    def faults(self, expected: Collection[str], *, has_pairs: bool) -> list[Noted]:
        """What is worth a look. The replies of preferences come in pairs that differ on purpose."""
        return [
            *self.composition.faults(),
            *self.affixes.faults(),
            *([] if has_pairs else self.answers.faults()),
            *self.languages.faults(expected, self.languages.found()),
        ]

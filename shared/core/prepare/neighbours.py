"""Near duplicates in a dataset, as its report tells them, and as they are left out where the recipe wants that."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from shared.core.prepare.chat import Part
from shared.core.prepare.examine import Examined
from shared.core.prepare.faults import Fault
from shared.core.prepare.findings import FIRST_PLACES, At, Findings
from shared.core.prepare.measure.near_duplicates import Near, NearDuplicates
from shared.core.prepare.measure.signatures import Signatures
from shared.core.prepare.measure.texts import Bytes, Numbers
from shared.core.prepare.policy import Policy
from shared.core.prepare.rule import Rule

LINE_BITS = 40  #: of a place; above them is the number of the file
IS_COMPLETE = Rule(121, "near duplicates", "info", "nothing to do; a smaller file is compared in whole")
CUT_SHORT = Fault(IS_COMPLETE, "the set is too large to compare every example with all before it")


@dataclass(slots=True)
class _Tally:
    count: int = 0
    first: list[At] = field(default_factory=list[At])


class Neighbours:
    """The examples so far, and which of them nearly equal one before."""

    def __init__(self, policy: Policy, *, are_asked_for: bool) -> None:
        self.rows = 0  #: examples that were added
        self._policy = policy
        self._are_asked_for = are_asked_for
        self._index = NearDuplicates()
        self._files: list[str] = []
        self._near = set[At]()
        self._tallies: dict[tuple[Part, Part], _Tally] = {}

    def add(self, examined: Examined, signatures: Signatures, new: Numbers, parts: Bytes) -> int:
        """Compare some examples of a batch, given by their indexes. `parts` are those of all its examples.

        The answer: of how many examples, from the first ever added on, all is known.
        """
        if examined.name not in self._files:
            self._files.append(examined.name)
        file = self._files.index(examined.name) << LINE_BITS
        chosen = Signatures(signatures.values[new], signatures.is_judged[new])
        self._note(self._index.add(chosen, parts[new], np.array(examined.numbers, np.int64)[new] + file))
        self.rows += len(new)
        return self._index.answered

    def finish(self) -> None:
        """Compare the last ones."""
        self._note(self._index.finish())

    def is_near(self, at: At) -> bool:
        """Whether the example there nearly equals one before; to be asked once for each, if they are asked for."""
        is_near = at in self._near
        self._near.discard(at)
        return is_near

    def tell(self, findings: Findings, *, is_split: bool) -> None:
        """Tell what was found. In a set of one part there are no leaks."""
        for (part, earlier), tally in self._tallies.items():
            near = Near(part, 0, earlier if is_split else part, 0, 0)
            for fault in self._policy.judged([near.fault]):
                findings.add_all(fault, tally.count, tally.first)
        if not self._index.is_complete:
            findings.add(CUT_SHORT)

    def _note(self, found: Iterable[Near]) -> None:
        for near in found:
            at = At(self._files[near.place >> LINE_BITS], near.place & ((1 << LINE_BITS) - 1))
            if self._are_asked_for:
                self._near.add(at)
            tally = self._tallies.setdefault((near.part, near.earlier_part), _Tally())
            tally.count += 1
            if len(tally.first) < FIRST_PLACES:
                tally.first.append(at)

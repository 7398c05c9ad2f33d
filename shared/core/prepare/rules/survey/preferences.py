"""Rules 87, 89 and 90: what many pairs teach together."""

from array import array
from collections.abc import Iterator, Sequence
from itertools import groupby

from xxhash import xxh3_64_intdigest as hashed

from shared.core.prepare.faults import Fault
from shared.core.prepare.report import Place
from shared.core.prepare.rule import Rule
from shared.core.prepare.rules.preferences import said
from shared.core.prepare.rules.survey.spots import FIRST
from shared.core.prepare.targets import Preference

MOST_PAIRS = 1 << 20  #: remembered, at 20 bytes each
FEW_PAIRS = 500  #: below them, guides advise more epochs
ENOUGH_PAIRS = 50  #: to speak of a bias
BIAS = 0.8  #: share of the pairs in which one and the same reply is the longer one ...
MARKED = 1.25  #: ... and so many times as long on average
MASK = (1 << 64) - 1

AGREES = Rule(87, "contradictory preferences", "warning", "decide which reply to the prompt is the better one")
IS_NOT_LENGTH = Rule(89, "length of replies", "warning", "add pairs in which the better reply has another length")
LENGTHS = Rule(89, "length of replies", "info", "nothing to do; a model learns length as well as quality")
IS_ENOUGH = Rule(90, "number of pairs", "info", "set 'n_epochs' in the recipe to 2 or 3, or add pairs")

type Told = tuple[Fault, tuple[Place, ...]]


class PreferenceSurvey:
    """The pairs of a dataset."""

    def __init__(self) -> None:
        self.longer = self.shorter = self.equal = 0  #: pairs, by the length of the preferred reply beside the other's
        self.preferred = self.other = 0  #: characters of all preferred, and of all other replies
        self.seen = SeenPairs()

    def add(self, pair: Preference, file: str, line: int) -> None:
        """Look at a pair."""
        preferred, other = said(pair.preferred_output), said(pair.non_preferred_output)
        length, other_length = len(preferred), len(other)
        if length > other_length:
            self.longer += 1
        elif length < other_length:
            self.shorter += 1
        else:
            self.equal += 1
        self.preferred += length
        self.other += other_length
        self.seen.add(said(pair.input.messages), preferred, other, file, line)

    def merge(self, later: "PreferenceSurvey") -> None:
        """Add what another process saw in later rows."""
        self.longer += later.longer
        self.shorter += later.shorter
        self.equal += later.equal
        self.preferred += later.preferred
        self.other += later.other
        self.seen.merge(later.seen)

    def faults(self) -> Iterator[Told]:
        """What is to be said."""
        pairs = self.longer + self.shorter + self.equal
        if not pairs:
            return
        contradicting, places = self.seen.contradicting()
        if contradicting:
            yield Fault(AGREES, f"{contradicting:,} pairs prefer what other pairs with their prompt do not"), places
        if pairs >= ENOUGH_PAIRS:
            yield self._lengths(pairs), ()
        if pairs < FEW_PAIRS:
            yield Fault(IS_ENOUGH, f"{pairs:,} pairs; fewer than {FEW_PAIRS} may need several epochs"), ()

    def _lengths(self, pairs: int) -> Fault:
        count, which = max((self.longer, "longer"), (self.shorter, "shorter"))
        ratio = self.preferred / max(self.other, 1)
        share = f"the preferred reply is the {which} one in {count / pairs:.0%} of {pairs:,} pairs"
        is_biased = count >= BIAS * pairs and max(ratio, 1 / max(ratio, 1e-9)) >= MARKED
        return Fault(
            IS_NOT_LENGTH if is_biased else LENGTHS, f"{share}; on average it is {ratio:.1f} times as long as the other"
        )


class SeenPairs:
    """Which of two replies to a prompt was preferred, as hashes.

    When there are too many, those are dropped whose hash ends in a one bit, then in its second, and so on: both
    halves of a contradiction have one hash, and it does not matter in which order they come.
    """

    def __init__(self) -> None:
        self.files: list[str] = []
        self.hashes = array("Q")
        self.lines = array("Q")
        self.marks = array("L")  #: twice the number of the file, and 1 if the pair is the other way round
        self._file = ""  #: the last one
        self._dropped = 0  #: bits that are zero in every hash

    def add(self, asked: str, preferred: str, other: str, file: str, line: int) -> None:
        """Remember a prompt, its better and its worse reply."""
        better, worse = hashed(preferred.encode()), hashed(other.encode())
        digest = (hashed(asked.encode()) + (better ^ worse)) & MASK
        self._add(digest, better < worse, file, line)

    def merge(self, later: "SeenPairs") -> None:
        """Add the pairs of another process, which come behind these."""
        for digest, mark, line in zip(later.hashes, later.marks, later.lines, strict=True):
            self._add(digest, bool(mark & 1), later.files[mark >> 1], line)

    def contradicting(self) -> tuple[int, tuple[Place, ...]]:
        """How many pairs are contradicted by others, and the first of them."""
        order = sorted(range(len(self.hashes)), key=self.hashes.__getitem__)
        found: list[int] = []
        for _, group in groupby(order, key=self.hashes.__getitem__):
            rows = [*group]
            if len({self.marks[row] & 1 for row in rows}) > 1:
                found += rows
        return len(found), self._places(sorted(found)[:FIRST])

    def _places(self, rows: Sequence[int]) -> tuple[Place, ...]:
        return tuple(Place(file=self.files[self.marks[row] >> 1], line=self.lines[row]) for row in rows)

    def _add(self, digest: int, is_turned: bool, file: str, line: int) -> None:  # noqa: FBT001 - a mark, not a switch
        if digest & self._dropped:
            return
        if file != self._file:
            self._file = file
            self.files.append(file)
        self.hashes.append(digest)
        self.lines.append(line)
        self.marks.append(2 * (len(self.files) - 1) + is_turned)
        if len(self.hashes) > MOST_PAIRS:
            self._thin_out()

    def _thin_out(self) -> None:
        while len(self.hashes) > MOST_PAIRS:
            self._dropped = 2 * self._dropped + 1
            kept = [row for row, digest in enumerate(self.hashes) if not digest & self._dropped]
            self.hashes = array("Q", (self.hashes[row] for row in kept))
            self.lines = array("Q", (self.lines[row] for row in kept))
            self.marks = array("L", (self.marks[row] for row in kept))

"""Which examples of a single file are held back for validation and test.

An example's part follows from the hash of its prompt: so one prompt's examples stay together, and neither a new order
of the rows nor new rows move an example from one file to another. A small set is not split at all, and a split never
leaves too little to train on.
"""

import string
from collections.abc import Sequence
from typing import Protocol

import numpy as np
import xxhash
from numpy.typing import NDArray

from shared.core.prepare.chat import Part
from shared.core.recipe import Split

MIN_TRAINING = 10  #: examples; fewer are refused (Microsoft Learn, "Customize a model with fine-tuning", 2026-02)
MIN_TO_SPLIT = 30  #: examples; below, what is held back would be missed in training, and measure little
MAX_HELD_BYTES = 64 * 1024 * 1024  #: of examples that wait for the decision

LOWER = bytes(range(256)).lower()
NOT_COMPARED = (string.punctuation + string.whitespace).encode()


class Held(Protocol):
    """An example that waits for its place."""

    @property
    def line(self) -> bytes: ...


def group_of(prompt: str) -> int:
    """Equal for prompts that differ in white space, ASCII punctuation and the case of Latin letters only; 64 bits.

    Digits count: "12 + 5" and "13 + 5" are two questions.
    """
    stored = prompt.encode()
    return xxhash.xxh3_64_intdigest(stored.translate(LOWER, NOT_COMPARED) or stored)


def part_of(group: int, split: Split) -> Part:
    """Where the examples of a group belong."""
    share = group / 2**64
    if share < split.test:
        return "test"
    return "validation" if share < split.test + split.validation else "train"


class Splitter[Item: Held]:
    """Finds the part of each example, once it is sure that enough of them remain for training.

    Until then those to hold back wait in memory. If there is not enough in the end, or no more room, they go to
    training together with all that come later of their groups.
    """

    def __init__(self, split: Split) -> None:
        self._split = split
        self._placed: list[tuple[Part, Item]] = []
        self._training = 0
        self._is_decided = False
        self._waiting: list[tuple[Part, int, Item]] = []
        self._waiting_bytes = 0
        self._kept_in_training: set[int] = set()
        self.has_given_up = False  #: at least once: examples to hold back were trained on
        self.all_training_above = round((split.test + split.validation) * 2**64)
        """Groups from here on are trained on, whatever else is decided."""

    def add(self, group: int, item: Item) -> None:
        """Find the part of an example, now or later: see `placed`."""
        part = part_of(group, self._split)
        if part == "train" or group in self._kept_in_training:
            self.count_training(1)
            self._placed.append(("train", item))
        elif self._is_decided:
            self._placed.append((part, item))
        else:
            self._waiting.append((part, group, item))
            self._waiting_bytes += len(item.line)
            self._decide()

    def placed(self) -> list[tuple[Part, Item]]:
        """Examples whose part was found since this was asked last."""
        placed, self._placed = self._placed, []
        return placed

    def parts_of(self, groups: Sequence[int]) -> NDArray[np.uint8]:
        """Where groups belong by the split alone: 0 to train on, 1 to validate, 2 to test."""
        held = np.array(groups, np.uint64)
        is_held_back = held < np.uint64(self.all_training_above)
        is_test = held < np.uint64(round(self._split.test * 2**64))
        return is_held_back.astype(np.uint8) + is_test

    def count_training(self, examples: int) -> None:
        """Know of examples that were placed for training."""
        self._training += examples
        if not self._is_decided:
            self._decide()

    def finish(self) -> None:
        """Find the part of those that still wait: there are too few examples to hold any back."""
        self._give_up()

    def _decide(self) -> None:
        if self._training >= MIN_TRAINING and self._training + len(self._waiting) >= MIN_TO_SPLIT:
            self._is_decided = True
            for part, _, item in self._waiting:
                self._placed.append((part, item))
            self._waiting = []
        elif self._waiting_bytes > MAX_HELD_BYTES:
            self._give_up()

    def _give_up(self) -> None:
        self.has_given_up = self.has_given_up or bool(self._waiting)
        for _, group, item in self._waiting:
            self._kept_in_training.add(group)
            self._training += 1
            self._placed.append(("train", item))
        self._waiting, self._waiting_bytes = [], 0

"""How many tokens there are to train on: counted, or estimated from a sample with its interval."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple, Self

import numpy as np

from shared.core.prepare.faults import Fault
from shared.core.prepare.measure.sampling import HIGHEST, keys_of
from shared.core.prepare.measure.texts import Numbers
from shared.core.prepare.measure.tokenizer import TokenCounter
from shared.core.prepare.rule import Rule

FITS_MODEL = Rule(37, "length in tokens", "reject", "cut the conversation into shorter ones, or shorten its texts")

MOST_SAMPLED = 1_000  #: examples: then 95 of 100 estimates are within half a percent
MOST_SAMPLED_BYTES = 8 * 1024 * 1024  #: of them, unless two alone have more
LEAST_SAMPLED = 2
SLACK = 1.25  #: how many more wait for the next look at who stays

IMAGE = b'"data:image/'
DATA_URI = re.compile(rb'(?<!\\)"data:image/[^"\\]*"')  #: a whole text; inside of one the quote is escaped
NORMAL_95 = 1.96  #: standard deviations that 95 of 100 normally distributed values keep within

COUNTED = "counted (o200k_base), images not counted"
ESTIMATED = "estimated from {rows:,} examples (o200k_base; 95 of 100 such intervals hold the count), images not counted"


@dataclass(frozen=True, slots=True)
class TokenSum:
    """Tokens of all examples, once through."""

    count: int
    low: int  #: of the 95 % interval; equal to the count where all were counted
    high: int  #: likewise
    method: str


class Sampled(NamedTuple):
    """An example that may be counted in the end."""

    key: int  #: by which the sample is drawn: the lowest ones
    line: bytes  #: without its images


class TokenTally:
    """The tokens of examples, added in blocks of any size and in any order.

    Which examples are sampled follows from their digests alone: the same set has the same estimate, in any order.
    """

    def __init__(self, *, exact: bool) -> None:
        self._exact = exact
        self._rows = self._bytes = self._tokens = 0
        self._sample: list[Sampled] = []
        self._sample_bytes = 0
        self._highest = HIGHEST  #: keys above are not in the sample
        self._counter = TokenCounter()

    def add_block(self, lines: Sequence[bytes], digests: Sequence[bytes], *, has_images: bool = True) -> None:
        """Take examples, each with a hash of it of at least 8 bytes. Without images they need not be searched for."""
        self._rows += len(lines)
        if self._exact:
            self._tokens += int(self._counter.count(lines).sum())
            return
        texts = [DATA_URI.sub(b'""', line) if IMAGE in line else line for line in lines] if has_images else lines
        self._bytes += sum(map(len, texts))
        keys = keys_of(digests)
        for index in np.flatnonzero(keys <= np.uint64(self._highest)).tolist():
            self._sample.append(Sampled(int(keys[index]), texts[index]))
            self._sample_bytes += len(texts[index])
        if len(self._sample) > SLACK * MOST_SAMPLED or self._sample_bytes > SLACK * MOST_SAMPLED_BYTES:
            self._prune()

    def merge(self, other: Self) -> None:
        """Take what another tally of the same kind took."""
        self._rows += other._rows
        self._bytes += other._bytes
        self._tokens += other._tokens
        self._sample += other._sample
        self._highest = min(self._highest, other._highest)
        self._prune()

    def result(self) -> TokenSum:
        """The sum so far. A sample is counted now, which takes about 0.3 s."""
        if self._exact:
            return TokenSum(self._tokens, self._tokens, self._tokens, COUNTED)
        self._prune()
        lines = [sampled.line for sampled in self._sample]
        tokens, lengths = self._counter.count(lines), np.array([len(line) for line in lines], np.int64)
        if len(lines) == self._rows:
            total = int(tokens.sum())
            return TokenSum(total, total, total, COUNTED)
        return _estimate(tokens, lengths, self._rows, self._bytes)

    def _prune(self) -> None:
        """Keep the examples with the lowest keys, as many as there is room for."""
        self._sample.sort()
        ends = np.cumsum([len(sampled.line) for sampled in self._sample])
        room = max(LEAST_SAMPLED, int(np.searchsorted(ends, MOST_SAMPLED_BYTES, "right")))
        if min(room, MOST_SAMPLED) < len(self._sample):
            self._sample = self._sample[: min(room, MOST_SAMPLED)]
            self._highest = self._sample[-1].key
        self._sample_bytes = sum(len(sampled.line) for sampled in self._sample)


def _estimate(tokens: Numbers, lengths: Numbers, rows: int, total_bytes: int) -> TokenSum:
    """From a sample's tokens a byte, for the bytes of all are known (the ratio estimator)."""
    sampled = len(tokens)
    a_byte = tokens.sum() / lengths.sum()
    residual = float(((tokens - a_byte * lengths) ** 2).sum()) / (sampled - 1)
    spread = NORMAL_95 * rows * sqrt(residual / sampled * (1 - sampled / rows))
    count = a_byte * total_bytes
    low, high = max(count - spread, tokens.sum()), count + spread
    return TokenSum(round(count), round(low), round(high), ESTIMATED.format(rows=sampled))


def too_long(lines: Sequence[bytes], limit: int, counter: TokenCounter) -> dict[int, Fault]:
    """The lines with more tokens than a model takes. Only long ones are counted: no token is shorter than a byte."""
    long = [index for index, line in enumerate(lines) if len(line) > limit]
    counts = counter.count([lines[index] for index in long]).tolist()
    fault = Fault(FITS_MODEL, "the example has more tokens than the model takes", expected=f"at most {limit:,} tokens")
    return {index: fault for index, count in zip(long, counts, strict=True) if count > limit}

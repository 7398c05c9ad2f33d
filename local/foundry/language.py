"""The stand-in's model: which byte comes next, from the bytes before it, by a softmax over hashed contexts.

Small enough to be trained in a second, and true enough to behave: it learns what is in the data, remembers a set
that is too small by heart, and loses its way when the rate is too high. Text is taken as UTF-8 bytes, so that every
language is one.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

ORDERS = 6  # the longest context, in bytes
ROWS = 1 << 14  # contexts share rows when their hashes meet
LONGEST = 400  # bytes of an answer that are looked at
STEP = 200.0  # gradients are means over tokens; this brings a rate of 0.1 into a useful range
FEW_TOKENS = 50  # a batch shorter than this pulls less
_START, _END = b"\0", b"\3"

type Floats = NDArray[np.float32]
type Whole = NDArray[np.int64]


class Encoded(NamedTuple):
    """A text, ready to be learnt."""

    contexts: Whole  #: tokens by ORDERS + 1; row numbers
    targets: Whole  #: one for each token

    @property
    def tokens(self) -> int:
        """How many predictions it makes."""
        return len(self.targets)


class Quality(NamedTuple):
    """How well a text was predicted, token by token."""

    loss: float  #: nats, lower is better
    accuracy: float  #: 0 to 1, higher is better


class Alphabet:
    """The bytes that occur in a training set; all others are one token, number 0."""

    def __init__(self, texts: Sequence[str]) -> None:
        found = np.bincount(np.frombuffer(b"".join(map(_bytes, texts)), np.uint8), minlength=256)
        used = np.flatnonzero(found)
        self._number = np.zeros(256, np.int64)
        self._number[used] = np.arange(1, len(used) + 1)
        self.size = len(used) + 1
        counts = np.concatenate([[1], found[used]]).astype(np.float32)
        self.prior: Floats = np.log(counts / counts.sum())  #: what the base model knows: how common each token is

    def encode(self, prompt: str, text: str) -> Encoded:
        """An answer and the contexts in which its bytes stand."""
        answer = np.frombuffer(_bytes(text), np.uint8)
        before = np.frombuffer(prompt.encode(errors="replace")[-ORDERS:].rjust(ORDERS, _START), np.uint8)
        return Encoded(_contexts(np.concatenate([before, answer]), len(answer)), self._number[answer])


class ByteModel:
    """The weights. Row 0 is the context of no bytes, which every token has."""

    def __init__(self, alphabet: Alphabet) -> None:
        self.weights: Floats = np.zeros((ROWS, alphabet.size), np.float32)
        self.weights[0] = alphabet.prior

    def probabilities(self, text: Encoded) -> Floats:
        """Tokens by alphabet."""
        scores = self.weights[text.contexts].sum(axis=1)
        powers: Floats = np.exp(scores - scores.max(axis=1, keepdims=True))
        powers /= powers.sum(axis=1, keepdims=True)
        return powers

    def log_likelihood(self, text: Encoded) -> float:
        """Of the whole text."""
        return float(np.log(_given(self.probabilities(text), text)).sum())

    def measure(self, text: Encoded) -> Quality:
        """Without learning."""
        return _quality(self.probabilities(text), text)

    def learn(self, text: Encoded, rate: float) -> Quality:
        """One step towards a text (away from it with a negative rate), and how well it was predicted before."""
        guess = self.probabilities(text)
        quality = _quality(guess, text)
        guess[np.arange(text.tokens), text.targets] -= 1
        self._descend(text, guess, rate * STEP / max(text.tokens, FEW_TOKENS))
        return quality

    def _descend(self, text: Encoded, gradient: Floats, rate: float) -> None:
        rows = text.contexts.ravel()
        order = np.argsort(rows, kind="stable")
        sorted_rows = rows[order]
        starts = np.flatnonzero(np.diff(sorted_rows, prepend=-1))
        sums = np.add.reduceat(gradient[order // (ORDERS + 1)], starts, axis=0)
        self.weights[sorted_rows[starts]] -= np.float32(rate) * sums


def join(texts: Sequence[Encoded]) -> Encoded:
    """Several texts as one batch."""
    return Encoded(np.concatenate([t.contexts for t in texts]), np.concatenate([t.targets for t in texts]))


def _bytes(text: str) -> bytes:
    return text.encode(errors="replace")[:LONGEST] + _END


def _contexts(text: NDArray[np.uint8], tokens: int) -> Whole:
    """Row numbers by FNV-1a over the last 1 to ORDERS bytes; the first column is row 0."""
    contexts = np.zeros((tokens, ORDERS + 1), np.int64)
    hashed = np.full(tokens, 14695981039346656037, np.uint64)
    for order in range(1, ORDERS + 1):
        byte = text[ORDERS - order : ORDERS - order + tokens].astype(np.uint64)
        hashed = (hashed ^ byte) * np.uint64(1099511628211)
        mixed = hashed ^ (hashed >> np.uint64(29))
        contexts[:, order] = (mixed % np.uint64(ROWS - 1)).astype(np.int64) + 1
    return contexts


def _given(probabilities: Floats, text: Encoded) -> Floats:
    return np.maximum(probabilities[np.arange(text.tokens), text.targets], np.float32(1e-12))


def _quality(probabilities: Floats, text: Encoded) -> Quality:
    loss = -np.log(_given(probabilities, text)).mean()
    hits = probabilities.argmax(axis=1) == text.targets
    return Quality(float(loss), float(hits.mean()))

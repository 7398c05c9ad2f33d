"""Examining rows in several processes at once: threads would wait for each other.

Batches are dealt out in turns and come back in their order, so that nothing depends on how many processes there are.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Self

from shared.core.prepare.examine import Batch, Examined, Examiner, Surveyed

DEPTH = 4  #: batches that wait at each process

type Hire = Callable[[], Examiner]  #: pickled; called once in each process


class Crew:
    """Some processes that examine batches."""

    def __init__(self, hire: Hire, processes: int) -> None:
        self._context = get_context("spawn")  # a fork would copy locks that threads of this process hold
        self._stack = ExitStack()
        self._hands = [self._start(hire) for _ in range(processes)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    def examine(self, name: str, batches: Iterable[Batch]) -> Iterator[Examined]:
        """What the rows of a file became, batch by batch in their order."""
        waiting: deque[Connection] = deque()
        for number, batch in enumerate(batches):
            hand = self._hands[number % len(self._hands)]
            if len(waiting) == DEPTH * len(self._hands):
                yield _answer(waiting.popleft())
            hand.send((name, batch))
            waiting.append(hand)
        while waiting:
            yield _answer(waiting.popleft())

    def finish(self) -> list[Surveyed]:
        """What each process saw in all its rows together. It examines no more afterwards."""
        for hand in self._hands:
            hand.send(None)
        return [hand.recv() for hand in self._hands]

    def _start(self, hire: Hire) -> Connection:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_work, args=(theirs, hire), daemon=True)
        process.start()
        theirs.close()
        self._stack.callback(process.join)
        self._stack.callback(ours.close)
        return ours


def _answer(hand: Connection) -> Examined:
    return hand.recv()


def _work(hand: Connection, hire: Hire) -> None:
    """Examine what comes until there is no more, or nobody to ask."""
    examiner = hire()
    try:
        while job := hand.recv():
            hand.send(examiner.examine(*job))
        hand.send(examiner.surveyed())
    except EOFError:
        return

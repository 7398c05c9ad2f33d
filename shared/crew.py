"""Examining rows in several processes at once: threads would wait for each other.

Batches are dealt out in turns and come back in their order, so that nothing depends on how many processes there are.
"""

import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from multiprocessing import get_context
from multiprocessing.connection import Connection
from queue import Queue
from threading import Thread
from typing import Self

from shared.core.prepare.examine import Batch, Examined, Examiner, Surveyed

READY = True  #: what a process says first
DEPTH = 3  #: batches that each process has at hand

type Hire = Callable[[], Examiner]  #: pickled; called once in each process
type Job = tuple[str, Batch] | None  #: a file's name and some of its rows; `None`: there are no more


class Crew:
    """Some processes that examine batches."""

    def __init__(self, hire: Hire, processes: int) -> None:
        self._context = get_context("spawn")  # a fork would copy locks that threads of this process hold
        self._stack = ExitStack()
        self._hands = [self._start(hire) for _ in range(processes)]
        self._late = [*self._hands]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    def is_ready(self) -> bool:
        """Whether every process has begun; that takes a second, in which others may get on."""
        self._late = [hand for hand in self._late if not (hand.poll() and hand.recv())]
        return not self._late

    def examine(self, name: str, batches: Iterable[Batch]) -> Iterator[Examined]:
        """What the rows of a file became, batch by batch in their order."""
        waiting: deque[Connection] = deque()
        for number, batch in enumerate(batches):
            hand = self._hands[number % len(self._hands)]
            if len(waiting) == DEPTH * len(self._hands):
                yield waiting.popleft().recv()
            hand.send((name, batch))
            waiting.append(hand)
        while waiting:
            yield waiting.popleft().recv()

    def finish(self) -> list[Surveyed]:
        """What each process saw in all its rows together. It examines no more afterwards."""
        for hand in self._late:
            hand.recv()
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


def _work(hand: Connection, hire: Hire) -> None:
    """Examine what comes until there is no more, or nobody to ask."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the process that asks, and this one with it
    jobs: Queue[Job] = Queue()
    Thread(target=_receive, args=(hand, jobs), daemon=True).start()
    examiner = hire()
    examiner.examine("", ())  # what takes its time once, such as compiling patterns, is done without rows
    try:
        hand.send(READY)
        while job := jobs.get():
            hand.send(examiner.examine(*job))
        hand.send(examiner.surveyed())
    except BrokenPipeError:
        return


def _receive(hand: Connection, jobs: "Queue[Job]") -> None:
    """Take jobs as they come, so that who sends them never waits for who waits to answer."""
    job: Job = ("", ())
    while job is not None:
        try:
            job = hand.recv()
        except (EOFError, ConnectionResetError):
            job = None
        jobs.put(job)

"""Faults on demand: the next messages meet what a webhook does on a bad day.

They are ordered with `POST /standin/faults` and a JSON body, and are gone after a restart:

    status       the answer's code; the message is not kept
    times        how many messages meet this; 1 if left out
    retry_after  seconds, as the header Retry-After; left out means no header
    lose_answer  true: the message is kept and the connection breaks before its answer is complete
"""

import collections
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Fault(BaseModel):
    """What the next messages meet."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: Annotated[int, Field(ge=200, le=599)] = 500
    times: Annotated[int, Field(ge=1)] = 1
    retry_after: int | None = None
    lose_answer: bool = False


class Faults:
    """The faults that are still to come, in the order they were ordered."""

    def __init__(self) -> None:
        self._waiting: collections.deque[Fault] = collections.deque()

    def order(self, fault: Fault) -> None:
        """Let the next `fault.times` messages meet this, after those ordered before."""
        self._waiting.extend([fault] * fault.times)

    def next(self) -> Fault | None:
        """What the message that has just come in meets."""
        return self._waiting.popleft() if self._waiting else None

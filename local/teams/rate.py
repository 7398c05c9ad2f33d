"""How many messages a webhook takes in a second."""

import collections
import math

#: Documented: beyond four requests in a second a client is throttled (create incoming webhooks, 2024)
MESSAGES_PER_SECOND = 4


class Rate:
    """At most `limit` messages in any one second; 0 means no limit."""

    def __init__(self, limit: int = MESSAGES_PER_SECOND) -> None:
        self._limit = limit
        self._taken: collections.deque[float] = collections.deque(maxlen=limit)

    def wait(self, now: float) -> int:
        """Take a message at `now` (seconds, monotonic) and answer 0, or the whole seconds to wait."""
        if not self._limit:
            return 0
        if len(self._taken) == self._limit and now - self._taken[0] < 1:
            return math.ceil(1 - (now - self._taken[0]))
        self._taken.append(now)
        return 0

"""What this service raises on purpose; the classes differ by what happens next.

* PermanentError      retrying cannot help: the run ends, and its owner is told why
  - RecipeInvalid       names every fault with its place in the YAML
  - DatasetInvalid      the dataset cannot be trained on
  - DropChanged         the dropped blobs are no longer those the run is for
  - TrainingFailed      the training service's own words
* TransientError      retrying may help: the command comes back after a pause
* RunConflict         another delivery saved the run first: the message is redelivered
* RunUnreadable       another version wrote the run: it is left alone, and its message ends in the dead-letter queue

Anything else is a bug. Nothing catches it: its message is redelivered, and ends in the dead-letter queue.
"""

from collections.abc import Sequence
from datetime import timedelta


class PermanentError(Exception):
    """Retrying cannot help. The message is written for the dataset's owner."""


class RecipeInvalid(PermanentError):
    """The recipe cannot be followed. `faults` has one line a fault: file, YAML path, found, allowed."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class DatasetInvalid(PermanentError):
    """The dataset cannot be trained on. The message says why, and how to mend it."""


class DropChanged(PermanentError):
    """A dropped blob was replaced or removed since the run began."""


class TrainingFailed(PermanentError):
    """The job cannot be made, or ended without a model. The message is the training service's own."""


class TransientError(Exception):
    """Retrying may help: throttling, a timeout, a service that is down, a right not yet granted."""

    def __init__(self, message: str, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after  #: how long the service asked us to wait


class RunConflict(Exception):
    """The run was saved by someone else after it was loaded."""


class RunUnreadable(Exception):
    """The run's document is not one that this version writes. The message says what to do; it shows no values."""

"""Faults on demand: what Event Grid may do and seldom does."""

from typing import NamedTuple


class Faults(NamedTuple):
    """How often an event is repeated, and how often one is lost. 0 means never."""

    duplicate_every: int = 0
    drop_every: int = 0


def copies(faults: Faults, sequence: int) -> int:
    """How many times the event with this number is sent: 0 (lost), 1 or 2."""
    if faults.drop_every and sequence % faults.drop_every == 0:
        return 0
    return 2 if faults.duplicate_every and sequence % faults.duplicate_every == 0 else 1


def message_id(event_id: str, copy: int) -> str:
    """The first copy's message id is the event's.

    A repeat gets one of its own: so it passes the queue's duplicate detection, as on Azure a repeat
    does that comes after the detection window.
    """
    return event_id if copy == 0 else f"{event_id}-repeat-{copy}"

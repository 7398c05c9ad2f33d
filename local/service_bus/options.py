"""What can be set about a queue, and how it is written on a command line."""

from collections.abc import Callable
from dataclasses import dataclass, replace

MOST_LOCK_SECONDS = 300  # lockDuration is PT5M at most (Microsoft.ServiceBus/namespaces/queues, 2026-01-01)


@dataclass(frozen=True, slots=True)
class QueueOptions:
    """The properties of a queue; the defaults are Azure's (Microsoft.ServiceBus/namespaces/queues, 2026-01-01)."""

    lock_duration: float = 60  #: seconds
    max_delivery_count: int = 10
    default_time_to_live: float | None = None  #: seconds; None: messages stay
    dead_letters_expired: bool = False
    duplicate_window: float | None = None  #: seconds; None: duplicates are not detected
    speed: float = 1  #: what the wait of a scheduled message is divided by; Azure has no such thing


def parse_queue(text: str) -> tuple[str, QueueOptions]:
    """Name and options from `NAME[:lock=60,max=10,dup=600,ttl=3600,expired=dead-letter]`; times in seconds.

    Locks may be shorter than Azure's (5 s and more), for tests. Raises `ValueError` for anything else that
    Azure would refuse.
    """
    name, _, written = text.partition(":")
    if not name or name.strip("/") != name:
        raise ValueError(f"{text!r} does not begin with the name of a queue")
    options = QueueOptions()
    for option in filter(None, written.split(",")):
        key, _, value = option.partition("=")
        if key not in _OPTIONS:
            raise ValueError(f"option {key!r} of queue {name!r}; there are {', '.join(_OPTIONS)}")
        options = _OPTIONS[key](options, value)
    return name, options


def _lock(options: QueueOptions, value: str) -> QueueOptions:
    seconds = _positive(value)
    if seconds > MOST_LOCK_SECONDS:
        raise ValueError(f"a lock of {seconds:g} s; at most {MOST_LOCK_SECONDS} s are possible")
    return replace(options, lock_duration=seconds)


def _max(options: QueueOptions, value: str) -> QueueOptions:
    if not value.isdecimal() or int(value) < 1:
        raise ValueError(f"{value!r} where a whole number above 0 is needed")
    return replace(options, max_delivery_count=int(value))


def _dup(options: QueueOptions, value: str) -> QueueOptions:
    return replace(options, duplicate_window=_positive(value))


def _ttl(options: QueueOptions, value: str) -> QueueOptions:
    return replace(options, default_time_to_live=_positive(value))


def _expired(options: QueueOptions, value: str) -> QueueOptions:
    if value != "dead-letter":
        raise ValueError(f"expired messages can go to 'dead-letter', not to {value!r}")
    return replace(options, dead_letters_expired=True)


def _positive(value: str) -> float:
    number = float(value)
    if not 0 < number < float("inf"):
        raise ValueError(f"{value!r} where a number above 0 is needed")
    return number


_OPTIONS: dict[str, Callable[[QueueOptions, str], QueueOptions]] = {
    "lock": _lock,
    "max": _max,
    "dup": _dup,
    "ttl": _ttl,
    "expired": _expired,
}

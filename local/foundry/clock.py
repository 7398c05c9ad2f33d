"""The stand-in's own time, which runs faster than the wall's and goes on where it was after a restart."""

import datetime as dt
import time

import msgspec


class Anchor(msgspec.Struct, frozen=True):
    """A moment that both clocks share, and how they part from there. Both in unix seconds."""

    real: float
    virtual: float
    speed: float  #: virtual seconds in a real one

    def at(self, real: float) -> float:
        """The virtual time at a real one."""
        return self.virtual + (real - self.real) * self.speed


def resume(last: Anchor | None, real: float, speed: float) -> Anchor:
    """Start at the real time, or go on from where the last anchor has got to, the time switched off included."""
    return Anchor(real=real, virtual=last.at(real) if last else real, speed=speed)


class Clock:
    """Virtual time from an anchor."""

    def __init__(self, anchor: Anchor) -> None:
        self.anchor = anchor

    def now(self) -> float:
        """Unix seconds of virtual time."""
        return self.anchor.at(time.time())


def iso(moment: float) -> str:
    """ARM's way to write a moment."""
    return dt.datetime.fromtimestamp(moment, dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

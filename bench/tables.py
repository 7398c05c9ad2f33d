"""Tables of figures, with the target beside each and whether it was met."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bench.rounds import Clock, Timed


class Target(NamedTuple):
    """How fast a way has to be."""

    way: str
    other: str  #: the way it is compared with
    least: float  #: times as fast
    clock: Clock = "cpu"


def tell_speeds(timed: Timed, walls: Sequence[str] = ()) -> None:
    """Print what each way did; by the clock on the wall for those that use more processes than this."""
    dataset = timed.dataset
    print(f"\n{dataset.kind}: {dataset.size / 1e6:.0f} MB, {dataset.rows:,} rows, {len(timed.rounds)} rounds")
    for way in timed.ways:
        clock: Clock = "wall" if way in walls else "cpu"
        print(f"  {way:46} {timed.speed(way, clock):7.1f} MB/s {'of ' + clock + ' time':>12}")


def tell_ratios(timed: Timed, targets: Iterable[Target]) -> None:
    """Print how the ways compare."""
    for way, other, least, clock in targets:
        ratio = timed.ratio(way, other, clock)
        told = f"{way} / {other}"
        print(f"  {told:70} {ratio:6.2f} x {clock:4}  target {least:.1f}: {'met' if ratio >= least else 'NOT MET'}")

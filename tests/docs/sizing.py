"""How many messages a run takes, counted on the fakes, and what so many runs a day come to."""

import math
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from shared.core.polling import INTERVALS
from tests.driving import deliver, drop
from tests.fakes import World

HOURS = (1, 4, 12)  #: lengths of jobs
TYPICAL = 4
RUNS = (10, 100, 1_000, 5_000)  #: a day
CALLS = 3  #: to Service Bus for each message: send, receive, complete
RUNNING, DEPLOYMENTS = 3, 10  #: the most of one Foundry account; Foundry, quotas-limits, 17 Feb 2026


def deliveries(hours: float) -> Counter[str]:
    """Of one run, from the drop to its end, by function."""
    world = World()
    world.trainer.looks_until_done = looks(timedelta(hours=hours))
    drop(world)
    seen = Counter(intake=1)
    while world.bus.queue:
        command = world.bus.next()
        seen[command.step.value] += 1
        deliver(command, world)
    return seen


def looks(job: timedelta) -> int:
    """How often a job is looked at, the look that finds it done included."""
    wait, longest = INTERVALS["training"]
    count, at = 0, timedelta()
    while at < job:
        at += wait
        wait = min(2 * wait, longest)
        count += 1
    return count


def messages_table() -> str:
    steps = list(deliveries(TYPICAL))
    lines = [f"| a job of | {' | '.join(steps)} | all |", f"|---|{'---|' * len(steps)}---|"]
    for hours in HOURS:
        seen = deliveries(hours)
        counts = " | ".join(str(seen[step]) for step in steps)
        lines.append(f"| {hours} h | {counts} | {seen.total()} |")
    return "\n".join([*lines, ""])


def sizing_table() -> str:
    head = (
        "| runs a day | messages a day | a second, spread over a day | Service Bus calls a month | jobs at once | "
        "deployments at once | accounts for the deployments |"
    )
    return "\n".join([head, "|---|---|---|---|---|---|---|", *_sizes(deliveries(TYPICAL).total()), ""])


def _sizes(messages: int) -> Iterator[str]:
    for runs in RUNS:
        a_day = runs * messages
        cells = (
            f"{runs:,}",
            f"{a_day:,}",
            f"{a_day / 86_400:.2f}",
            f"{a_day * CALLS * 30 / 1e6:.1f} million",
            f"{math.ceil(runs * TYPICAL / 24):,}",
            f"{runs:,}",
            f"{math.ceil(runs / DEPLOYMENTS):,}",
        )
        yield f"| {' | '.join(cells)} |"

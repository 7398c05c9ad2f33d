"""The chart and the table of stages, from the moves of runs."""

from collections.abc import Iterator

from shared.core import stages
from shared.core.decisions import choices
from tests.core.every_stage import CLASSES, EXAMPLES, STATES, members
from tests.docs.moves import Move, moves

ANYWHERE = ("parked", "failed", "cancelled")  #: where nearly every stage can lead: drawn once, for all of them
WORKING = [kind.model_fields["state"].default for kind in members(stages.Working)]


def chart() -> str:
    ordered = sorted(moves(), key=lambda move: (STATES.index(move.before), STATES.index(move.after), move.by))
    return "\n".join(["```mermaid", *_drawn(ordered), "```", "", *_table(ordered), ""])


def _drawn(ordered: list[Move]) -> Iterator[str]:
    yield "flowchart TD"
    yield "    drop([a drop]) --> received"
    yield "    subgraph working"
    drawn = [move for move in ordered if not {move.before, move.after} & set(ANYWHERE)]
    inside = [move for move in drawn if {move.before, move.after} <= set(WORKING)]
    yield from (f"        {move.before} -- {move.by} --> {move.after}" for move in inside if move.by != "cancel")
    yield "    end"
    yield "    working -- refused for long --> parked -- resume --> working"
    yield "    working --> failed"
    yield "    working -- a person, or dropped again --> cancelled"
    yield from (f"    {move.before} -- {move.by} --> {move.after}" for move in drawn if move not in inside)
    yield from (f"    {move.before} -- {move.by} --> closed" for move in ordered if move.before in ANYWHERE[1:])


def _table(ordered: list[Move]) -> Iterator[str]:
    yield "| a run that is | is ordered to | and becomes | a person may |"
    yield "|---|---|---|---|"
    for kind, state in zip(CLASSES, STATES, strict=True):
        step = kind.next_step and kind.next_step.value
        reached = [move.after for move in ordered if (move.before, move.by) == (state, step)]
        again = ["itself again"] if issubclass(kind, stages.Waiting) else []
        cells = (state, step or "", ", ".join([*reached, *again]), ", ".join(choices(EXAMPLES[state])))
        yield "| " + " | ".join(cells) + " |"

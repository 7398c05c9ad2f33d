"""All runs in the order in which people need them: those that ask for a decision first, those that are over last."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from shared.core import stages
from shared.core.run import Run
from shared.core.training import Checkpoint, Point
from shared.report import words
from shared.report.reached import Reached, reached
from shared.report.situation import Situation, is_asking, is_over, situation


@dataclass(frozen=True)
class Row:
    """One run, with the earlier ones of its family that are over."""

    run: Run
    situation: Situation
    model: str
    figure: str  #: a loss or a reward
    figure_of: str  #: which that is
    cost: str
    earlier: tuple[tuple[Run, Situation], ...]


@dataclass(frozen=True)
class Section:
    name: str
    rows: tuple[Row, ...]


SECTIONS = ("Waiting for a person", "Under way", "Serving", "Over")


def sections(runs: Sequence[Run]) -> list[Section]:
    """Those with runs in them; in each, the runs last changed first."""
    rows = sorted(_rows(runs), key=lambda row: row.run.updated_at, reverse=True)
    found = [Section(name, tuple(row for row in rows if _section(row.run) == name)) for name in SECTIONS]
    return [section for section in found if section.rows]


def _section(run: Run) -> str:
    if is_over(run):
        return "Over"
    if is_asking(run):
        return "Waiting for a person"
    return "Serving" if isinstance(run.stage, stages.Serving) else "Under way"


def _rows(runs: Sequence[Run]) -> Iterable[Row]:
    """A row for the newest run of each family and for each that still lives: what lives is never folded away."""
    by_family = sorted(runs, key=lambda run: (run.family, run.created_at, run.id))
    for _, group in groupby(by_family, key=lambda run: run.family):
        *earlier, newest = group
        over = [run for run in reversed(earlier) if is_over(run)]
        yield _row(newest, over)
        yield from (_row(run, ()) for run in earlier if not is_over(run))


def _row(run: Run, earlier: Sequence[Run]) -> Row:
    known = reached(run.stage)
    figure, figure_of = _figure(known)
    return Row(
        run=run,
        situation=situation(run.stage),
        model=known.plan.model if known.plan else "",
        figure=words.figure(figure),
        figure_of=figure_of,
        cost=words.cost(known.plan.estimate) if known.plan else "",
        earlier=tuple((one, situation(one.stage)) for one in earlier),
    )


def _figure(known: Reached) -> tuple[float | None, str]:
    """The validation figure of the checkpoint that counts, or the training figure while the job trains."""
    candidates = [
        *(_named("validation", known.checkpoint, "validation_loss", "full_valid_mean_reward")),
        *(_named("training", known.latest, "train_loss", "train_mean_reward")),
    ]
    return next(((figure, name) for figure, name in candidates if figure is not None), (None, ""))


def _named(what: str, of: Checkpoint | Point | None, loss: str, reward: str) -> list[tuple[float | None, str]]:
    if of is None:
        return []
    figures = (("loss", getattr(of.metrics, loss)), ("reward", getattr(of.metrics, reward)))
    return [(figure, f"{what} {kind}, step {of.step}") for kind, figure in figures]

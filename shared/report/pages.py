"""The pages that people open: all runs, and one run. Pure: the triggers bring the values and send the HTML."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import yaml

from shared.core import stages
from shared.core.access import KEY_HOLDER, Visitor, offered, withheld
from shared.core.lineage import lineage_of
from shared.core.recipe import METHOD_NAMES
from shared.core.run import Run
from shared.core.training import Point
from shared.report.chain import links
from shared.report.chart import chart
from shared.report.checkpoints import table
from shared.report.dataset import MOODS, fates, read_report
from shared.report.life import places, timeline
from shared.report.listing import sections
from shared.report.reached import Reached, reached
from shared.report.rendering import render
from shared.report.situation import is_moving, is_over, next_look, situation

REFRESH_SECONDS = 30
REFUSALS = {401: "Nobody is signed in", 403: "This takes another role"}


def runs_page(runs: Sequence[Run], now: datetime) -> str:
    """All runs, those that wait for a person first. Links lead to `runs/<id>`, relative to the page's folder."""
    moving = any(is_moving(run) for run in runs)
    return render("runs.html", sections=sections(runs), now=now, refresh=REFRESH_SECONDS if moving else None)


def refusal_page(status: int, why: str, now: datetime) -> str:
    """What somebody sees who may not see or decide what they asked for."""
    return render("refusal.html", title=REFUSALS[status], why=why, now=now, refresh=None)


def run_page(
    run: Run,
    report: Mapping[str, object] | None,
    now: datetime,
    *,
    points: Sequence[Point] = (),
    visitor: Visitor = KEY_HOLDER,
) -> str:
    """One run, at `runs/<id>`, with what the visitor may decide.

    `report`: what `report.json` holds, if there is one; `points`: the training curve.
    """
    known, readable, moving = reached(run.stage), read_report(report), is_moving(run)
    return render(
        "run.html",
        run=run,
        now=now,
        refresh=REFRESH_SECONDS if moving else None,
        situation=situation(run.stage),
        next_look=next_look(run, now) if moving else None,
        decisions=offered(run.stage, visitor),
        withheld=withheld(run.stage, visitor),
        places=places(run),
        timeline=timeline(run),
        known=known,
        over=is_over(run),
        recipe=_recipe(known),
        report=readable,
        fates=fates(readable.rows) if readable else [],
        moods=MOODS,
        specimens={},
        checkpoints=table(known),
        method_name=METHOD_NAMES[known.plan.method] if known.plan else None,
        chart=chart(points, known.job.checkpoints if known.job else (), known.chosen),
        links=links(lineage_of(run)),
        files=_files(run, known, has_report=report is not None, is_corrected=bool(readable and readable.is_corrected)),
    )


def _recipe(known: Reached) -> str | None:
    if known.plan is None:
        return None
    return yaml.safe_dump(known.plan.recipe.model_dump(mode="json"), sort_keys=False, allow_unicode=True)


def _files(run: Run, known: Reached, *, has_report: bool, is_corrected: bool) -> list[str]:
    """The files that the steps have written by now, at `runs/<id>/files/<name>`."""
    assessed = known.job is not None and not isinstance(run.stage, stages.Trained)
    written = {
        "report.html": has_report,
        "report.json": has_report,
        "rejects.jsonl": has_report,
        "corrected.jsonl": is_corrected,
        "results.csv": assessed and known.job is not None and known.job.result_file is not None,
        "lineage.json": known.expires_at is not None or isinstance(run.stage, stages.Closed),
    }
    return [name for name, exists in written.items() if exists]

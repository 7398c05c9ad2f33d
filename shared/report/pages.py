"""The pages that people open: all runs, and one run. Pure: the triggers bring the values and send the HTML."""

import functools
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256

import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined

from shared.core import stages
from shared.core.decisions import choices
from shared.core.lineage import lineage_of
from shared.core.recipe import METHOD_NAMES
from shared.core.run import Run
from shared.core.training import Point
from shared.report import words
from shared.report.chain import links
from shared.report.chart import chart
from shared.report.checkpoints import table
from shared.report.dataset import MOODS, fates, read_report, where
from shared.report.life import places, timeline
from shared.report.listing import sections
from shared.report.plain import cut, plain
from shared.report.reached import Reached, reached
from shared.report.situation import is_moving, is_over, next_look, situation

REFRESH_SECONDS = 30


def runs_page(runs: Sequence[Run], now: datetime) -> str:
    """All runs, those that wait for a person first. Links lead to `runs/<id>`, relative to the page's folder."""
    moving = any(is_moving(run) for run in runs)
    return _render("runs.html", sections=sections(runs), now=now, refresh=REFRESH_SECONDS if moving else None)


def run_page(run: Run, report: Mapping[str, object] | None, now: datetime, *, points: Sequence[Point] = ()) -> str:
    """One run, at `runs/<id>`. `report`: what `report.json` holds, if there is one; `points`: the training curve."""
    known, readable, moving = reached(run.stage), read_report(report), is_moving(run)
    return _render(
        "run.html",
        run=run,
        now=now,
        refresh=REFRESH_SECONDS if moving else None,
        situation=situation(run.stage),
        next_look=next_look(run, now) if moving else None,
        decisions=choices(run.stage),
        places=places(run),
        timeline=timeline(run),
        known=known,
        over=is_over(run),
        recipe=_recipe(known),
        report=readable,
        fates=fates(readable.rows) if readable else [],
        moods=MOODS,
        checkpoints=table(known),
        method_name=METHOD_NAMES[known.plan.method] if known.plan else None,
        chart=chart(points, known.job.checkpoints if known.job else (), known.chosen),
        links=links(lineage_of(run)),
        files=_files(run, known, has_report=report is not None),
    )


def _recipe(known: Reached) -> str | None:
    if known.plan is None:
        return None
    return yaml.safe_dump(known.plan.recipe.model_dump(mode="json"), sort_keys=False, allow_unicode=True)


def _files(run: Run, known: Reached, *, has_report: bool) -> list[str]:
    """The files that the steps have written by now, at `runs/<id>/files/<name>`."""
    assessed = known.job is not None and not isinstance(run.stage, stages.Trained)
    written = {
        "report.json": has_report,
        "rejects.jsonl": has_report,
        "results.csv": assessed and known.job is not None and known.job.result_file is not None,
        "lineage.json": known.expires_at is not None or isinstance(run.stage, stages.Closed),
    }
    return [name for name, exists in written.items() if exists]


def _render(template: str, **values: object) -> str:
    style = _environment().get_template("style.css").render()
    style_hash = b64encode(sha256(style.encode()).digest()).decode()
    return _environment().get_template(template).render(values, style=style, style_hash=style_hash)


FILTERS: dict[str, Callable[..., str]] = {
    "basis": words.basis,
    "clock": words.clock,
    "cost": words.cost,
    "count": words.count,
    "cut": cut,
    "figure": words.figure,
    "moment": words.moment,
    "seconds": words.seconds,
    "since": words.since,
    "where": where,
}


@functools.cache
def _environment() -> Environment:
    """Every value is made plain, then escaped; a name that a template misspells is an error."""
    environment = Environment(
        loader=PackageLoader("shared.report"),
        autoescape=True,
        finalize=_plain,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(FILTERS)
    return environment


def _plain(value: object) -> object:
    return plain(value) if isinstance(value, str) and not hasattr(value, "__html__") else value

"""The stand-in's own pages: no Azure, no bearer. Faults, forced outcomes, counts, and a page for people."""

import re
from pathlib import Path
from typing import Literal

import jinja2
import msgspec
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from local.foundry.clock import iso
from local.foundry.deployments import show_deployment, state_of
from local.foundry.errors import Refused, invalid
from local.foundry.faults import Fault, Faults
from local.foundry.files import show_file, status_of
from local.foundry.job_answers import show_job
from local.foundry.records import EFFECTS, JobError
from local.foundry.resource import Resource
from local.foundry.web import Answer, Call, Surface

PAGE = Path(__file__).with_name("page.html")
OPEN = Surface(frozenset(), "v1")


class Outcome(msgspec.Struct, forbid_unknown_fields=True):
    """Body of POST /standin/jobs/{id}: what shall become of a job."""

    status: Literal["failed", "paused", "resuming"]
    message: str = "The job failed because a test wanted it to."
    code: str = "internalFailure"


def routes(resource: Resource, faults: Faults) -> list[Route]:
    """Every path of the surface."""
    handlers = Admin(resource, faults)
    table = [
        ("/", "GET", handlers.page),
        ("/standin/state", "GET", handlers.state),
        ("/standin/jobs/{job}", "POST", handlers.force),
        ("/standin/faults", "POST", handlers.add_fault),
        ("/standin/faults", "GET", handlers.list_faults),
        ("/standin/faults", "DELETE", handlers.remove_faults),
        ("/standin/faults/{fault}", "DELETE", handlers.remove_faults),
    ]
    return [OPEN.route(path, method, handler) for path, method, handler in table]


class Admin:
    """What each path does."""

    def __init__(self, resource: Resource, faults: Faults) -> None:
        self._resource, self._faults = resource, faults
        self._page = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(PAGE.read_text())

    def page(self, _call: Call) -> Response:
        store = self._resource.store
        with self._resource.now() as now:
            text = self._page.render(
                now=iso(now),
                speed=self._resource.clock.anchor.speed,
                jobs=[show_job(job) for job in reversed(store.jobs.all())],
                files=[(file, status_of(file, now)) for file in reversed(store.files.all())],
                deployments=[(known, state_of(known, now)) for known in store.deployments.all()],
            )
        return HTMLResponse(text)

    def state(self, _call: Call) -> Answer:
        store = self._resource.store
        with self._resource.now() as now:
            effects = store.effects.all()
            return Answer(
                {
                    "now": now,
                    "speed": self._resource.clock.anchor.speed,
                    **{kind: sum(effect.kind == kind for effect in effects) for kind in EFFECTS},
                    "effects": msgspec.to_builtins(effects),
                    "jobs": [show_job(job) for job in store.jobs.all()],
                    "files": [show_file(file, now) for file in store.files.all()],
                    "deployments": [show_deployment(known, now) for known in store.deployments.all()],
                }
            )

    def force(self, call: Call) -> Answer:
        outcome = _read(call, Outcome)
        error = JobError(outcome.code, outcome.message)
        return Answer(show_job(self._resource.force(call.path["job"], outcome.status, error)))

    def add_fault(self, call: Call) -> Answer:
        try:
            fault = self._faults.add(_read(call, Fault))
        except re.error as error:
            raise invalid(f"the path is no regular expression: {error}", "match.path") from error
        return Answer(msgspec.to_builtins(fault), 201)

    def list_faults(self, _call: Call) -> Answer:
        return Answer({"faults": msgspec.to_builtins(self._faults.all())})

    def remove_faults(self, call: Call) -> Answer:
        removed = self._faults.remove(call.path.get("fault"))
        if "fault" in call.path and not removed:
            raise Refused(404, "notFound", f"no fault {call.path['fault']!r}")
        return Answer({"removed": removed})


def _read[T](call: Call, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(call.content, type=kind)
    except msgspec.MsgspecError as error:
        raise invalid(str(error)) from error

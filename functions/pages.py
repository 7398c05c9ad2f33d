"""What operators see and decide, over HTTP. Every page is also JSON: `?format=json`.

Routes that name no level of their own take the app's: function keys, or none where people sign in with Entra.
"""

import json
from collections.abc import Callable, Mapping
from typing import cast
from urllib.parse import parse_qs, urlsplit

import azure.functions as func

from shared import pipeline
from shared.bootstrap import services, sign_in
from shared.core.access import ROLES, TAKES, NotSignedIn, Person, Visitor
from shared.core.decisions import Decision, DecisionRefused
from shared.core.errors import RunConflict
from shared.core.run import Run
from shared.core.training import Point
from shared.ports import Services
from shared.preparation import CORRECTED, PAGE, REJECTS, REPORT
from shared.report.pages import refusal_page, run_page, runs_page

bp = func.Blueprint()

MOST_RUNS = 200
FILES = {
    PAGE: "text/html",
    REPORT: "application/json",
    "lineage.json": "application/json",
    "results.csv": "text/csv",
    REJECTS: "application/x-ndjson",
    CORRECTED: "application/x-ndjson",
}
DECISIONS: dict[str, Decision] = {"approve": "approve", "refuse": "refuse", "resume": "resume", "cancel": "cancel"}
OURS = ("same-origin", "none")  #: what a browser says of a form of our own pages
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
}


@bp.route("health", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
def health(req: func.HttpRequest) -> func.HttpResponse:
    """Whether the app has its settings and reaches its storage."""
    del req
    live = sum(1 for _ in services().runs.live())
    return _json(json.dumps({"status": "healthy", "live_runs": live}))


@bp.route("runs", methods=["GET"])
def runs(req: func.HttpRequest) -> func.HttpResponse:
    """The runs last changed, newest first."""
    return _admitted(req, lambda _: _listed(req))


@bp.route("runs/{run_id}", methods=["GET"])
def run(req: func.HttpRequest) -> func.HttpResponse:
    """One run: where it stands, what was checked, what was trained, what may be decided."""
    return _with_run(req, lambda found, visitor: _shown(req, found, visitor))


@bp.route("runs/{run_id}/files/{name}", methods=["GET"])
def run_file(req: func.HttpRequest) -> func.HttpResponse:
    """A file of a run, to keep."""
    name = req.route_params["name"]
    return _with_run(req, lambda found, _: _file(found, name))


@bp.route("runs/{run_id}/decisions", methods=["POST"])
def decide(req: func.HttpRequest) -> func.HttpResponse:
    """Approve, refuse, resume or cancel: the field `decision` of a form or of a JSON object."""
    return _with_run(req, lambda found, visitor: _decided(req, found, visitor))


def _admitted(req: func.HttpRequest, answer: Callable[[Visitor], func.HttpResponse]) -> func.HttpResponse:
    """The answer to whoever may look; a word of what is missing to anybody else."""
    try:
        visitor = sign_in().visitor(_headers(req))
    except NotSignedIn as unknown:
        return _refused(req, 401, str(unknown))
    if not visitor.may_look():
        needed = ", ".join(ROLES)
        return _refused(req, 403, f"{visitor.person.name} has none of the app roles {needed}: ask who runs this app")
    return answer(visitor)


def _with_run(req: func.HttpRequest, answer: Callable[[Run, Visitor], func.HttpResponse]) -> func.HttpResponse:
    return _admitted(req, lambda visitor: _found(req.route_params["run_id"], visitor, answer))


def _found(run_id: str, visitor: Visitor, answer: Callable[[Run, Visitor], func.HttpResponse]) -> func.HttpResponse:
    try:
        found, _ = services().runs.load(run_id)
    except KeyError:
        return _plain(f"there is no run {run_id!r}", 404)
    return answer(found, visitor)


def _listed(req: func.HttpRequest) -> func.HttpResponse:
    latest = services().runs.latest(MOST_RUNS)
    if _wants_json(req):
        return _json(f"[{','.join(run.model_dump_json() for run in latest)}]")
    return _html(runs_page(latest, services().now()))


def _shown(req: func.HttpRequest, found: Run, visitor: Visitor) -> func.HttpResponse:
    if _wants_json(req):
        return _json(found.model_dump_json())
    at_hand = services()
    stored = at_hand.files.read(found.id, REPORT)
    report = json.loads(b"".join(stored)) if stored else None
    return _html(run_page(found, report, at_hand.now(), points=_points(found, at_hand), visitor=visitor))


def _points(found: Run, at_hand: Services) -> list[Point]:
    """The training curve, once the results are in."""
    results = at_hand.files.read(found.id, "results.csv")
    return at_hand.trainer.points(b"".join(results)) if results else []


def _file(found: Run, name: str) -> func.HttpResponse:
    content = services().files.read(found.id, name) if name in FILES else None
    if content is None:
        return _plain(f"the run has no file {name!r}; it may have: {', '.join(FILES)}", 404)
    headers = {**SAFE, "Content-Disposition": f'attachment; filename="{found.id}-{name}"'}
    return func.HttpResponse(b"".join(content), mimetype=FILES[name], headers=headers)


def _decided(req: func.HttpRequest, found: Run, visitor: Visitor) -> func.HttpResponse:
    decision = DECISIONS.get(_field(req, "decision"))
    if decision is None:
        return _plain(f"decision: expected one of {', '.join(DECISIONS)}", 400)
    if not _is_ours(req):
        return _refused(req, 403, "decisions are taken on the run's own page")
    if not visitor.may(decision):
        return _refused(req, 403, f"{visitor.person.name} lacks the app role {TAKES[decision]!r}, to {decision} a run")
    return _carried_out(req, found.id, decision, visitor.person)


def _carried_out(req: func.HttpRequest, run_id: str, decision: Decision, by: Person) -> func.HttpResponse:
    try:
        moved = pipeline.decide(run_id, decision, by, services())
    except DecisionRefused as refused:
        return _plain(str(refused), 409)
    except RunConflict:
        return _plain("the run moved on meanwhile: look again", 409)
    if _wants_json(req):
        return _json(moved.model_dump_json())
    return func.HttpResponse(status_code=303, headers={**SAFE, "Location": f"../{run_id}"})


def _is_ours(req: func.HttpRequest) -> bool:
    """Whether no other site made the browser ask. A program that is no browser says neither; it has no session."""
    if site := _header(req, "Sec-Fetch-Site"):
        return site in OURS
    origin = _header(req, "Origin")
    return not origin or urlsplit(origin).netloc == urlsplit(req.url).netloc


def _field(req: func.HttpRequest, name: str) -> str:
    body = req.get_body()
    if "json" in _header(req, "Content-Type"):
        try:
            return str(json.loads(body)[name])
        except (ValueError, KeyError, TypeError):
            return ""
    return parse_qs(body.decode("utf-8", "replace")).get(name, [""])[0]


def _header(req: func.HttpRequest, name: str) -> str:
    return _headers(req).get(name, "")


def _headers(req: func.HttpRequest) -> Mapping[str, str]:
    return cast("Mapping[str, str]", req.headers)


def _wants_json(req: func.HttpRequest) -> bool:
    return req.params.get("format") == "json"


def _json(body: str) -> func.HttpResponse:
    return func.HttpResponse(body, mimetype="application/json", headers=SAFE)


def _html(body: str, status: int = 200) -> func.HttpResponse:
    return func.HttpResponse(body, status_code=status, mimetype="text/html", charset="utf-8", headers=SAFE)


def _refused(req: func.HttpRequest, status: int, why: str) -> func.HttpResponse:
    return _plain(why, status) if _wants_json(req) else _html(refusal_page(status, why, services().now()), status)


def _plain(text: str, status: int) -> func.HttpResponse:
    return func.HttpResponse(text, status_code=status, mimetype="text/plain", charset="utf-8", headers=SAFE)

"""The ingestion endpoint, the pages, and what tests ask."""

import datetime as dt
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from local.insights import formats
from local.insights.envelopes import BodyRefused, Verdict, items_in, judge
from local.insights.kql.pipeline import ask
from local.insights.kql.tables import tables
from local.insights.kql.values import QueryRefused, text
from local.insights.store import Telemetry
from local.insights.views import to_metric_views, to_run_view

HERE = Path(__file__).parent
VALUES_DRAWN = 60

#: Everything a page loads comes from this stand-in, whatever the telemetry says.
PAGE_HEADERS = {"Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'"}

_NOTHING_TO_COLLECT: dict[str, object] = {"ETag": "", "Metrics": [], "DocumentStreams": []}


def insights(telemetry: Telemetry) -> Starlette:
    """The whole stand-in."""
    return Starlette(
        routes=[
            *_api(telemetry),
            *_questions(telemetry),
            *_pages(telemetry, _templates()),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ]
    )


def _api(telemetry: Telemetry) -> list[Route]:
    async def track(request: Request) -> Response:
        """Keep what the exporter sends: 200 for all of it, 206 for some, 400 for none."""
        encoding = request.headers.get("content-encoding", "")
        try:
            verdict = judge(items_in(await request.body(), encoding))
        except BodyRefused as error:
            return JSONResponse({"error": str(error)}, 400)
        telemetry.keep(verdict.accepted)
        return _answer(verdict)

    async def ping(_request: Request) -> Response:
        """Live metrics asks every five seconds whether anybody watches. Here nobody does."""
        return JSONResponse(_NOTHING_TO_COLLECT, headers={"x-ms-qps-subscribed": "false"})

    # the exporter puts its path behind an endpoint that ends with a slash, as Azure's endpoints do
    return [
        *(Route(path, track, methods=["POST"]) for path in ("/v2.1/track", "//v2.1/track", "/v2/track", "//v2/track")),
        Route("/QuickPulseService.svc/ping", ping, methods=["POST"]),
    ]


def _questions(telemetry: Telemetry) -> list[Route]:
    async def records(request: Request) -> Response:
        query = request.query_params
        found = telemetry.records(query.get("run_id", ""), query.get("record", ""))
        return JSONResponse([record._asdict() for record in found])

    async def search(request: Request) -> Response:
        text = request.query_params.get("q", "")
        if not text:
            return JSONResponse({"error": "the query has no q"}, 400)
        return JSONResponse({"count": telemetry.count_containing(text)})

    async def query(request: Request) -> Response:
        """What a query of a workspace answers; 400 for one that uses more than the subset."""
        try:
            asked = ask((await request.body()).decode(), tables(telemetry.envelopes()), dt.datetime.now(dt.UTC))
        except QueryRefused as error:
            return JSONResponse({"error": str(error)}, 400)
        rows = [
            [cell if isinstance(cell, float | int | None) else text(cell) for cell in row.values()]
            for row in asked.rows
        ]
        return JSONResponse({"columns": asked.columns, "rows": rows})

    return [
        Route("/api/records", records),
        Route("/api/query", query, methods=["POST"]),
        Route("/search", search),
    ]


def _pages(telemetry: Telemetry, templates: Jinja2Templates) -> list[Route]:
    def page(request: Request, name: str, status: int = 200, **context: object) -> Response:
        return templates.TemplateResponse(request, name, context, status, PAGE_HEADERS)

    async def runs(request: Request) -> Response:
        return page(request, "runs.html", runs=telemetry.runs())

    async def run(request: Request) -> Response:
        run_id: str = request.path_params["run_id"]
        summary = telemetry.run(run_id)
        if summary is None:
            return page(request, "unknown_run.html", 404, run_id=run_id)
        view = to_run_view(summary, telemetry.records(run_id), telemetry.spans(run_id))
        return page(request, "run.html", view=view)

    async def metrics(request: Request) -> Response:
        views = to_metric_views(telemetry.series(), lambda series: telemetry.last_values(series, VALUES_DRAWN))
        return page(request, "metrics.html", metrics=views)

    return [Route("/", runs), Route("/runs/{run_id:path}", run), Route("/metrics", metrics)]


def _templates() -> Jinja2Templates:
    templates = Jinja2Templates(HERE / "templates")
    templates.env.filters.update(clock=formats.clock, duration=formats.duration, figure=formats.figure)
    return templates


def _answer(verdict: Verdict) -> JSONResponse:
    accepted = len(verdict.accepted)
    partly = 206 if accepted else 400
    return JSONResponse(
        {"itemsReceived": verdict.received, "itemsAccepted": accepted, "errors": verdict.refused},
        partly if verdict.refused else 200,
    )

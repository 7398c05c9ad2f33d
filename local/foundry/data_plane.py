"""The v1 surface, under the project endpoint and under the account endpoint."""

from functools import partial
from typing import NoReturn

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from local.foundry.chat import read_request
from local.foundry.errors import Refused, invalid
from local.foundry.files import show_file
from local.foundry.grader_rules import read_grader
from local.foundry.job_answers import show_job
from local.foundry.resource import Resource
from local.foundry.web import ACCOUNT_AUDIENCES, PROJECT_AUDIENCES, Answer, Call, Surface

PROJECT, ACCOUNT = "/api/projects/{project}/openai/v1", "/openai/v1"


def routes(resource: Resource) -> list[Route]:
    """Every path of the surface, twice."""
    project, account = Surface(PROJECT_AUDIENCES, "v1"), Surface(ACCOUNT_AUDIENCES, "v1")
    return [*_under(PROJECT, project, resource), *_under(ACCOUNT, account, resource)]


def _under(prefix: str, surface: Surface, resource: Resource) -> list[Route]:
    handlers = DataPlane(resource)
    jobs = f"{prefix}/fine_tuning/jobs"
    table = [
        (f"{prefix}/files", "GET", handlers.list_files),
        (f"{prefix}/files/{{file}}", "GET", handlers.file),
        (f"{prefix}/files/{{file}}", "DELETE", handlers.delete_file),
        (f"{prefix}/files/{{file}}/content", "GET", handlers.content),
        (jobs, "POST", handlers.create_job),
        (jobs, "GET", handlers.list_jobs),
        (f"{jobs}/{{job}}", "GET", handlers.job),
        (f"{jobs}/{{job}}/events", "GET", handlers.events),
        (f"{jobs}/{{job}}/checkpoints", "GET", handlers.checkpoints),
        (f"{jobs}/{{job}}/cancel", "POST", handlers.cancel),
        (f"{jobs}/{{job}}/pause", "POST", handlers.pause),
        (f"{jobs}/{{job}}/resume", "POST", handlers.resume),
        (f"{prefix}/fine_tuning/alpha/graders/validate", "POST", handlers.validate_grader),
        (f"{prefix}/chat/completions", "POST", handlers.chat),
        *((f"{prefix}/evals{{rest:path}}", method, handlers.evals) for method in ("GET", "POST", "DELETE")),
        *((f"{prefix}/{{rest:path}}", method, handlers.unknown) for method in ("GET", "POST", "DELETE")),
    ]
    upload = Route(f"{prefix}/files", surface.guard(partial(_upload, resource)), methods=["POST"])
    return [upload, *(surface.route(path, method, handler) for path, method, handler in table)]


async def _upload(resource: Resource, request: Request) -> Response:
    async with request.form() as form:
        file, purpose = form.get("file"), form.get("purpose")
        if not isinstance(file, UploadFile) or not isinstance(purpose, str):
            raise invalid("the multipart fields 'file' and 'purpose' are required")
        return await run_in_threadpool(_receive, resource, file, purpose)


def _receive(resource: Resource, file: UploadFile, purpose: str) -> Response:
    draft = resource.files.receive(file.file, purpose, file.filename or "file")
    with resource.now() as now:
        return JSONResponse(resource.files.add(draft, now))


class DataPlane:
    """What each path does."""

    def __init__(self, resource: Resource) -> None:
        self._resource = resource

    def list_files(self, call: Call) -> Answer:
        with self._resource.now() as now:
            return Answer(self._resource.files.list(call.query, now))

    def file(self, call: Call) -> Answer:
        with self._resource.now() as now:
            return Answer(show_file(self._resource.files.get(call.path["file"]), now))

    def delete_file(self, call: Call) -> Answer:
        with self._resource.now() as now:
            return Answer(self._resource.files.delete(call.path["file"], now))

    def content(self, call: Call) -> Response:
        with self._resource.now():
            return FileResponse(self._resource.files.content(call.path["file"]))

    def create_job(self, call: Call) -> Answer:
        return Answer(show_job(self._resource.create_job(call.content)))

    def list_jobs(self, call: Call) -> Answer:
        with self._resource.now():
            return Answer(self._resource.jobs.list(call.query))

    def job(self, call: Call) -> Answer:
        with self._resource.now():
            return Answer(show_job(self._resource.jobs.get(call.path["job"])))

    def events(self, call: Call) -> Answer:
        with self._resource.now():
            return Answer(self._resource.jobs.events(call.path["job"], call.query))

    def checkpoints(self, call: Call) -> Answer:
        with self._resource.now():
            return Answer(self._resource.jobs.checkpoints(call.path["job"], call.query))

    def cancel(self, call: Call) -> Answer:
        with self._resource.now() as now:
            return Answer(show_job(self._resource.jobs.cancel(call.path["job"], now)))

    def pause(self, call: Call) -> Answer:
        with self._resource.now() as now:
            return Answer(show_job(self._resource.jobs.pause(call.path["job"], now)))

    def resume(self, call: Call) -> Answer:
        with self._resource.now() as now:
            return Answer(show_job(self._resource.jobs.resume(call.path["job"], now)))

    def validate_grader(self, call: Call) -> Answer:
        try:
            grader = msgspec.json.decode(call.content, type=dict[str, object]).get("grader")
        except msgspec.MsgspecError as error:
            raise invalid(str(error)) from error
        read_grader(grader)
        return Answer({"grader": grader})

    def chat(self, call: Call) -> Answer:
        return Answer(self._resource.chat(read_request(call.content)))

    def evals(self, _call: Call) -> NoReturn:
        raise Refused(501, "notImplemented", "the stand-in does not evaluate")

    def unknown(self, call: Call) -> NoReturn:
        raise Refused(404, "notFound", f"the stand-in has no {call.path['rest']!r} here")

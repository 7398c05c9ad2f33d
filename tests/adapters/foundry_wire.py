"""An OpenAI client of a Foundry project whose network is a function, and the answers Azure was recorded to give."""

import json
from collections.abc import Callable

import httpx2
from openai import OpenAI

type Respond = Callable[[httpx2.Request], httpx2.Response]

JOB = {  # v1, recorded; -1 means auto, and several fields of OpenAI's schema are null or absent
    "id": "ftjob-1",
    "created_at": 1_765_460_000,
    "hyperparameters": {"batch_size": -1, "learning_rate_multiplier": 0.1, "n_epochs": -1},
    "model": "gpt-4.1-nano-2025-04-14",
    "object": "fine_tuning.job",
    "organization_id": None,
    "result_files": None,
    "seed": 42,
    "status": "pending",
    "training_file": "file-t",
    "validation_file": None,
    "estimated_finish": 1_765_471_227,
    "suffix": "td0123",
    "trainingType": "developerTier",
}


class FoundryWire:
    """Answers by the routes it was given, the first that fits; a route is a method and the end of a path."""

    def __init__(self) -> None:
        self.requests: list[httpx2.Request] = []
        self.routes: dict[tuple[str, str], list[Respond]] = {}
        transport = httpx2.MockTransport(self._respond)
        self.client = OpenAI(
            api_key="key",
            base_url="https://account.services.ai.azure.com/api/projects/p/openai/v1",
            http_client=httpx2.Client(transport=transport),
        )

    def on(self, route: str, *answers: Respond | object) -> None:
        """`GET /files`: the next answers, the last for good. A plain value is the JSON of a 200."""
        method, path = route.split()
        self.routes[method, path] = [one if callable(one) else ok(one) for one in answers]

    def _respond(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        self.requests.append(request)
        answers = next(
            (found for (method, path), found in self.routes.items() if fits(request, method, path)), [status(404)]
        )
        return (answers.pop(0) if len(answers) > 1 else answers[0])(request)

    @property
    def bodies(self) -> list[dict[str, object]]:
        return [json.loads(request.content) for request in self.requests if request.method == "POST"]


def fits(request: httpx2.Request, method: str, path: str) -> bool:
    return request.method == method and request.url.path.endswith(path)


def ok(content: object) -> Respond:
    return lambda request: httpx2.Response(200, json=content, request=request)


def text(content: str, kind: str = "text/html", code: int = 200) -> Respond:
    return lambda request: httpx2.Response(code, text=content, headers={"content-type": kind}, request=request)


def status(code: int, error: object = None, **headers: str) -> Respond:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = {"error": error or {"code": str(code), "message": "no"}}
    return lambda request: httpx2.Response(code, json=body, headers=named, request=request)


def drop(error: type[httpx2.RequestError]) -> Respond:
    def respond(request: httpx2.Request) -> httpx2.Response:
        raise error("the line went dead", request=request)

    return respond


def page(*items: object, more: bool = False) -> dict[str, object]:
    return {"object": "list", "data": list(items), "has_more": more}


def file(id_: str, name: str, state: str = "processed", at: int = 1) -> dict[str, object]:
    return {
        "id": id_,
        "bytes": 9,
        "created_at": at,
        "filename": name,
        "object": "file",
        "purpose": "fine-tune",
        "status": state,
    }


def event(number: int, message: str, **more: object) -> dict[str, object]:
    return {
        "id": f"ftevent-{number}",
        "created_at": 1_765_460_000 + number,
        "level": "info",
        "message": message,
        "object": "fine_tuning.job.event",
        "type": "message",
        **more,
    }

"""Rows, files and resources that the tests of the stand-in are made of."""

import io
import json
import time
from pathlib import Path
from typing import Any

from azure.core.credentials import AccessToken

from local.foundry.deployments import Deployments
from local.foundry.files import Files
from local.foundry.jobs import Jobs, Options
from local.foundry.lessons import Lesson
from local.foundry.models import catalogue
from local.foundry.progress import Progress
from local.foundry.records import Curve, Job, Plan, Point
from local.foundry.store import Store
from local.identity.token import LIFETIME_SECONDS, token_for

COLOURS = ("red", "green", "blue", "white", "black", "brown", "pink", "grey")
THINGS = ("kite", "boat", "house", "coat", "door", "lamp", "chair", "train")


class Credential:
    """Tokens for whatever audience is asked for, as the managed identity gives them."""

    def get_token(self, *scopes: str, **_options: Any) -> AccessToken:
        now = int(time.time())
        return AccessToken(token_for(scopes[0].removesuffix("/.default"), now), now + LIFETIME_SECONDS)


def question(number: int) -> str:
    return f"What colour is the {THINGS[number % 8]} with the number {number}?"


def answer(number: int) -> str:
    return f"The {THINGS[number % 8]} with the number {number} is {COLOURS[number // 8 % 8]}, and it always was."


def chat_row(number: int = 0, **more: Any) -> dict[str, Any]:
    user = {"role": "user", "content": question(number)}
    assistant = {"role": "assistant", "content": answer(number)}
    return {"messages": [user, assistant], **more}


def preference_row(number: int = 0) -> dict[str, Any]:
    return {
        "input": {"messages": [{"role": "user", "content": question(number)}]},
        "preferred_output": [{"role": "assistant", "content": answer(number)}],
        "non_preferred_output": [{"role": "assistant", "content": "I have no idea at all."}],
    }


def jsonl(rows: list[Any]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def chat_file(count: int = 40, first: int = 0) -> bytes:
    return jsonl([chat_row(number) for number in range(first, first + count)])


def lessons(count: int, first: int = 0) -> tuple[Lesson, ...]:
    numbers = range(first, first + count)
    return tuple(Lesson(question(n), question(n), {"role": "assistant", "content": answer(n)}) for n in numbers)


def plan(**other: Any) -> Plan:
    given = {"method": "supervised", "epochs": 3, "batch_size": 1, "rate": 0.1, "beta": 0.1, "seed": 1, "steps": 120}
    return Plan(**given | other)


def job(id_: str = "ftjob-1", **other: Any) -> Job:
    given = {
        "created_at": 0.0,
        "model": "gpt-4.1-nano-2025-04-14",
        "base": "gpt-4.1-nano-2025-04-14",
        "training_file": "file-1",
        "validation_file": None,
        "suffix": None,
        "training_type": "developerTier",
        "method": {},
        "hyperparameters": {},
        "plan": plan(steps=30),
        "tokens": 100,
        "fault": None,
        "duration": 3600.0,
        "due_at": 60.0,
        "curve_at": 1.0,
    }
    return Job(id=id_, **given | other)


def curve(job_id: str = "ftjob-1", steps: int = 30, epoch: int = 10) -> Curve:
    points = [Point(n, {"train_loss": 3 - n / 100}, n % epoch == 0, told=True) for n in range(1, steps + 1)]
    return Curve(id=job_id, points=tuple(points))


class Parts:
    """A resource without a server, a trainer or a clock: tests say what time it is."""

    def __init__(self, folder: Path, options: Options) -> None:
        self.store = Store(folder)
        self.files = Files(self.store, catalogue().limits)
        self.progress = Progress(self.store, self.files, catalogue().limits)
        self.jobs = Jobs(self.store, self.files, self.progress, catalogue(), options)
        self.deployments = Deployments(self.store, self.jobs, catalogue())

    def upload(self, content: bytes, name: str = "train.jsonl", now: float = 0.0) -> str:
        draft = self.files.receive(io.BytesIO(content), "fine-tune", name)
        with self.store.transaction():
            return str(self.files.add(draft, now)["id"])

    def put(self, *jobs: Job) -> None:
        with self.store.transaction():
            for one in jobs:
                self.store.jobs.put(one)
                self.store.curves.put(curve(one.id))

    def at(self, now: float) -> list[Job]:
        """The jobs as they are at a moment."""
        with self.store.transaction():
            self.progress.advance(now)
            return self.store.jobs.all()

    def told(self, job_id: str = "ftjob-1") -> list[str]:
        with self.store.transaction():
            return [event.message for event in self.store.events.of(job_id)]

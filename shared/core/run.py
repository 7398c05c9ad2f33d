"""A run: our record of one drop on its way to a deployment. It is saved as one document, and moves by commands."""

from datetime import datetime, timedelta
from typing import Annotated, Self

from pydantic import Field, ValidationError

from shared.core.access import Person
from shared.core.decisions import Decision
from shared.core.drop import Drop, Upload
from shared.core.errors import RunUnreadable
from shared.core.notices import Notice, message_for
from shared.core.polling import LONGEST_ASKED, poll_interval
from shared.core.stages import Received, Serving, Stage, Step, Waiting
from shared.core.values import Value

REMINDER_BEFORE = timedelta(hours=2)  #: how long before the end of a deployment people are reminded


class Command(Value):
    """An order to do one step of one run, as of one revision of it.

    It is an address, not a letter: what the step needs stands in the run. For `notify` the revision is the one that
    wrote the notice.
    """

    step: Step
    run_id: str
    revision: int
    attempt: int = 1

    @property
    def message_id(self) -> str:
        """The same order has the same id, so that the broker drops repeats."""
        return f"{self.run_id}.{self.step}.{self.revision}.{self.attempt}"

    def again(self) -> Self:
        return self.model_copy(update={"attempt": self.attempt + 1})


class Order(Value):
    """A command, and how long from now it is to arrive."""

    command: Command
    after: timedelta = timedelta()


class Passage(Value):
    """When a run came to a stage."""

    state: str
    revision: int
    at: datetime


class Signature(Value):
    """A decision that was carried out, and whose it was."""

    decision: Decision
    by: Person
    revision: int
    at: datetime


class Run(Value):
    """One drop, one run. `notices` is the outbox: written with the stage, told at least once."""

    id: str
    family: str  #: shared by all versions of the same drop
    revision: int  #: one more at each save
    created_at: datetime  #: UTC
    updated_at: datetime  #: UTC
    drop: Drop
    upload: Upload | None = None  #: `None` for sets, and for what no event announced
    stage: Annotated[Stage, Field(discriminator="state")]
    history: tuple[Passage, ...]
    notices: tuple[Notice, ...] = ()
    signatures: tuple[Signature, ...] = ()

    @classmethod
    def begin(cls, drop: Drop, at: datetime, upload: Upload | None = None) -> Self:
        return cls(
            id=drop.run_id,
            family=drop.family,
            revision=1,
            created_at=at,
            updated_at=at,
            drop=drop,
            upload=upload,
            stage=Received(),
            history=(Passage(state="received", revision=1, at=at),),
        )

    def moved_to(self, stage: Stage, at: datetime) -> Self:
        """The run one revision later, with the notice that the move calls for, if any."""
        revision = self.revision + 1
        passage = Passage(state=stage.state, revision=revision, at=at)
        message = message_for(self.drop.name, self.stage, stage)
        told = (Notice(revision=revision, at=at, message=message),) if message else ()
        return self.model_copy(
            update={
                "revision": revision,
                "updated_at": at,
                "stage": stage,
                "history": self.history if stage.state == self.stage.state else (*self.history, passage),
                "notices": (*self.notices, *told),
            }
        )

    def signed(self, decision: Decision, by: Person) -> Self:
        """The run as a decision left it, with the name of whoever took it."""
        signature = Signature(decision=decision, by=by, revision=self.revision, at=self.updated_at)
        return self.model_copy(update={"signatures": (*self.signatures, signature)})

    def next_order(self, now: datetime) -> Order | None:
        """What moves the run on, and when; `None` while it waits for a person or once it is closed."""
        if self.stage.next_step is None:
            return None
        command = Command(step=self.stage.next_step, run_id=self.id, revision=self.revision)
        return Order(command=command, after=_wait(self.stage, now))

    def notify_orders(self, since: int) -> list[Order]:
        """Orders to tell what was written at revision `since` or later."""
        return [
            Order(command=Command(step=Step.NOTIFY, run_id=self.id, revision=notice.revision))
            for notice in self.notices
            if notice.revision >= since
        ]


def _wait(stage: Stage, now: datetime) -> timedelta:
    if isinstance(stage, Serving):
        return _wait_serving(stage, now)
    return poll_interval(stage) if isinstance(stage, Waiting) else timedelta()


def _wait_serving(stage: Serving, now: datetime) -> timedelta:
    """Until the reminder, then until the end; never longer than by the service's clock alone, should ours be slow."""
    reminder = stage.expires_at - REMINDER_BEFORE
    due, longest = (stage.expires_at, REMINDER_BEFORE) if stage.reminded else (reminder, reminder - stage.made_at)
    return max(min(due - now, longest), poll_interval(stage) if stage.looks else timedelta())


def parse_run(run_id: str, document: str | bytes) -> Run:
    """A run as it was stored. Raises `RunUnreadable` for what this version does not know, as a newer stage."""
    try:
        return Run.model_validate_json(document)
    except ValidationError as error:
        faults = ", ".join(f"{'.'.join(map(str, one['loc']))}: {one['type']}" for one in error.errors()[:3])
    raise RunUnreadable(
        f"run {run_id!r} cannot be read by this version ({faults}): deploy the version that wrote it, or a newer one, "
        "and replay the dead letters; until then it is left as it is"
    )


def overdue(run: Run, seen_at: datetime, now: datetime, grace: timedelta) -> bool:
    """Whether the order that should have moved the run on must be taken for lost.

    `seen_at`: when the order was last given again after a refusal, which moves no revision.
    """
    order = run.next_order(run.updated_at)
    if order is None:
        return False
    if seen_at > run.updated_at:
        return now - seen_at > LONGEST_ASKED + grace
    return now - run.updated_at > order.after + grace

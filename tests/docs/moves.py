"""The moves that runs make from stage to stage, as seen on the fakes: every stage in every state of the world below."""

from collections.abc import Callable, Iterator
from typing import NamedTuple, NoReturn

from shared import pipeline
from shared.core import stages
from shared.core.decisions import choices
from shared.core.errors import TrainingFailed, TransientError
from shared.core.polling import MOST_POSTS, READY_LOOKS, SCAN_LOOKS
from shared.core.recipe import Budget
from shared.core.run import Run
from shared.core.scan import Scan
from shared.core.training import JobStatus
from tests.core.every_stage import STATES
from tests.driving import ADA, deliver
from tests.fakes import FakeJob, World
from tests.standing import answering, at, command_for, with_plan, with_stage

type Circumstance = Callable[[World, Run], Run]

A_DAY_OF_TRIES = 1000  #: more refusals than patience lasts for


class Move(NamedTuple):
    """From one stage to the next, and whose doing it is: a step's, or a person's by a decision."""

    before: str
    after: str
    by: str


def moves() -> set[Move]:
    """Every move that is seen."""
    return {move for state in STATES for move in [*_by_steps(state), *_by_people(state)]}


def _by_steps(state: str) -> Iterator[Move]:
    for circumstance in CIRCUMSTANCES:
        world, run = at(state)
        if run.stage.next_step is None:
            return
        changed = circumstance(world, run)
        world.runs.documents[run.id] = (changed.model_dump_json(), 1)
        attempt = A_DAY_OF_TRIES if circumstance is _refused else 1
        deliver(command_for(changed, attempt), world)
        yield from _made(changed, world)


def _by_people(state: str) -> Iterator[Move]:
    for decision in choices(at(state)[1].stage):
        world, run = at(state)
        pipeline.decide(run.id, decision, ADA, world.services)
        for move in _made(run, world):
            yield move._replace(by=decision)


def _made(run: Run, world: World) -> Iterator[Move]:
    """The moves since the run as it was. Those after the first are made by the same step."""
    came_to = [passage.state for passage in world.runs.load(run.id)[0].history[len(run.history) :]]
    before = run.stage.state
    for after in came_to:
        yield Move(before, after, str(run.stage.next_step))
        before = after


def _as_it_should_be(world: World, run: Run) -> Run:
    """The job is done, the deployment answers."""
    world.trainer.looks_until_done = world.deployer.looks_until_ready = 1
    return run


def _unfinished(world: World, run: Run) -> Run:
    """What is waited for takes its time: a scan, a job."""
    _scanned("awaited", world)
    world.trainer.looks_until_done = A_DAY_OF_TRIES
    return run


def _waited_long_enough(world: World, run: Run) -> Run:
    """The last look at what never comes."""
    _scanned("awaited", world)
    world.deployer.looks_until_ready = A_DAY_OF_TRIES
    match run.stage:
        case stages.Scanning():
            return with_stage(run, looks=SCAN_LOOKS - 1)
        case stages.Deploying():
            return with_stage(run, looks=READY_LOOKS)
        case stages.Submitting():
            return with_stage(run, looks=1, posts=MOST_POSTS)
        case _:
            return run


def _over(world: World, run: Run) -> Run:
    """The deployment's time is up."""
    world.deployer.deployments.clear()
    return with_stage(run, reminded=True) if run.stage.state == "serving" else run


def _infected(world: World, run: Run) -> Run:
    _scanned("infected", world)
    return run


def _unfit(world: World, run: Run) -> Run:
    """The recipe of the drop cannot be followed."""
    world.datasets.recipes.update(dict.fromkeys((run.drop.recipe, "default"), "model: none"))
    return run


def _to_be_asked_about(_: World, run: Run) -> Run:
    return _with_budget(run, Budget(ask_above_usd=0))


def _too_dear(_: World, run: Run) -> Run:
    return _with_budget(run, Budget(ask_above_usd=0, stop_above_usd=0))


def _with_budget(run: Run, budget: Budget) -> Run:
    if not isinstance(run.stage, stages.Prepared):
        return run
    return with_plan(run, recipe=run.stage.plan.recipe.model_copy(update={"budget": budget}))


def _dropped_again(world: World, run: Run) -> Run:
    for part in run.drop.parts:
        world.datasets.upload(part.blob.name, b"newer")
    return run


def _not_offered(world: World, run: Run) -> Run:
    world.deployer.offers = False
    return run


def _found(world: World, run: Run) -> Run:
    """A job that an earlier POST made."""
    if run.stage.state == "submitting":
        job = at("training")[0].trainer.jobs[0]
        world.trainer.jobs = [FakeJob(id=job.id, request=job.request)]
    return run


def _worse(world: World, run: Run) -> Run:
    """No checkpoint passes the gate."""
    world.trainer.curve = world.trainer.curve[:1]
    answering(world, status=JobStatus.SUCCEEDED, model="tuned", checkpoints=())
    return run


def _paused(world: World, run: Run) -> Run:
    answering(world, status=JobStatus.PAUSED)
    return run


def _lost(world: World, run: Run) -> Run:
    answering(world, status=JobStatus.FAILED, model=None)
    return run


def _called_off(world: World, run: Run) -> Run:
    """The job was cancelled in Foundry."""
    answering(world, status=JobStatus.CANCELLED, model=None)
    return run


def _refused(world: World, run: Run) -> Run:
    """The outside world refuses, and has done so for longer than patience lasts."""
    return _refusing(TransientError("503"), world, run)


def _refused_for_good(world: World, run: Run) -> Run:
    return _refusing(TrainingFailed("400"), world, run)


def _refusing(error: Exception, world: World, run: Run) -> Run:
    def refuse(*_: object) -> NoReturn:
        raise error

    for port, calls in (
        (world.scanner, ["scan"]),
        (world.datasets, ["head"]),
        (world.trainer, ["find_files", "files_ready", "find_job", "look"]),
        (world.deployer, ["start", "created_at", "exists"]),
    ):
        for call in calls:
            setattr(port, call, refuse)
    return run


def _scanned(outcome: str, world: World) -> None:
    scan = Scan.model_validate({"outcome": outcome, "said": outcome})
    world.scanner.says = dict.fromkeys(world.datasets.contents, scan)


CIRCUMSTANCES: tuple[Circumstance, ...] = (
    _as_it_should_be,
    _unfinished,
    _waited_long_enough,
    _over,
    _infected,
    _unfit,
    _to_be_asked_about,
    _too_dear,
    _dropped_again,
    _not_offered,
    _found,
    _worse,
    _paused,
    _lost,
    _called_off,
    _refused,
    _refused_for_good,
)

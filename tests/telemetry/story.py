"""A program that tells what the app tells, through Microsoft's exporter: `story.py ENDPOINT quiet|eventful`.

The pipeline, its telemetry and the exporter are the real ones; the world around them is the tests' own.
"""

import contextlib
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import httpx2
from azure.monitor.opentelemetry import configure_azure_monitor
from opentelemetry import metrics, trace
from opentelemetry._logs import get_logger_provider

from shared import pipeline
from shared.adapters.azure_monitor import AzureMonitor
from shared.adapters.foundry_answers import Asker
from shared.adapters.foundry_jobs import WireFile
from shared.adapters.invocation import invocation
from shared.adapters.measurements import Measurements, measurements
from shared.adapters.no_channel import NoChannel
from shared.bootstrap import quieten
from shared.core import stages
from shared.core.catalogue import Catalogue
from shared.core.errors import PermanentError, RecipeInvalid
from shared.core.records import UnannouncedRecord
from shared.core.run import Command
from shared.core.training import Cursor, JobView
from tests.driving import deliver, drop, only_run
from tests.fakes import World, points
from tests.standing import at

BROKEN = b"a question without its answer\nanother one\n"


class Teller:
    """What is told in one process."""

    def __init__(self) -> None:
        self._measurements: Measurements = measurements()
        self.monitor = AzureMonitor(self._measurements)
        self._tracer = trace.get_tracer("the host")

    def world(self) -> World:
        world = World()
        self.listen(world)
        return world

    def listen(self, world: World) -> None:
        world.telemetry = self.monitor
        look = world.trainer.look

        def asked(job_id: str, cursor: Cursor) -> JobView:
            answer = SimpleNamespace(http_response=httpx2.Response(200, headers=REQUEST, json={"id": job_id}))
            Asker("no right").ask(WireFile, f"looking at the job {job_id!r}", lambda: answer)
            return look(job_id, cursor)

        world.trainer.look = asked

    @contextlib.contextmanager
    def invoked(self, function: str, *, waited: float = 0.5) -> Iterator[None]:
        """As the host and the worker do."""
        with self._tracer.start_as_current_span(function, kind=trace.SpanKind.CONSUMER) as request:
            own = request.get_span_context()
            parent = f"00-{own.trace_id:032x}-{own.span_id:016x}-01"
            context: Any = SimpleNamespace(function_name=function, trace_context=SimpleNamespace(trace_parent=parent))
            came = datetime.now(UTC) - timedelta(seconds=waited)
            message: Any = SimpleNamespace(enqueued_time_utc=came, delivery_count=1)
            with invocation(context, message):
                yield

    def drop(self, world: World, name: str, *content: bytes) -> None:
        with self.invoked("intake"):
            drop(world, name, *content)

    def deliver(self, world: World, command: Command) -> None:
        with self.invoked(command.step):
            deliver(command, world)

    def until(self, world: World, *states: str) -> None:
        """Deliver until the run is at one of these stages, or nothing is left to deliver."""
        while world.bus.queue and only_run(world).stage.state not in states:
            self.deliver(world, world.bus.next())

    def end(self) -> None:
        self._measurements.close()
        for provider in (trace.get_tracer_provider(), metrics.get_meter_provider(), get_logger_provider()):
            provider.force_flush()


REQUEST = {"apim-request-id": "5f0c7a52-request"}


def quiet(teller: Teller) -> None:
    """A run from its drop to its end, one that its owner has to mend, and a sweep that finds nothing to do."""
    world = teller.world()
    teller.drop(world, "support/questions.jsonl")
    teller.until(world)
    rejected = teller.world()
    teller.drop(rejected, "support/broken.jsonl", BROKEN)
    teller.until(rejected)
    pipeline.sweep(teller.world().services)
    teller.monitor.record(UnannouncedRecord(uploads=0))


def eventful(teller: Teller) -> None:
    """Everything that somebody has to look after."""
    _held(teller)
    _undecided(teller)
    _untold(teller)
    _expiring(teller)
    _lost(teller)
    _full(teller)
    with contextlib.suppress(KeyError):
        teller.deliver(teller.world(), Command(step=stages.Step.WATCH, run_id="nobody", revision=1))
    teller.monitor.record(UnannouncedRecord(uploads=2))


def _held(teller: Teller) -> None:
    world = teller.world()
    world.datasets.recipes["support"] = "budget: {ask_above_usd: 0}"
    teller.drop(world, "support/dear.jsonl")
    teller.until(world, "held")
    world.clock.time += timedelta(hours=5)
    pipeline.sweep(world.services)


def _undecided(teller: Teller) -> None:
    world = teller.world()
    unmeasured = {"full_valid_loss": None, "full_valid_mean_token_accuracy": None}
    world.trainer.curve = [
        point.model_copy(update={"metrics": point.metrics.model_copy(update=unmeasured)}) for point in points()
    ]
    teller.drop(world, "support/unmeasured.jsonl")
    teller.until(world, "closed")


def _untold(teller: Teller) -> None:
    world = teller.world()
    world.channel.refusals = [PermanentError("the Teams webhook answered 404")]
    teller.drop(world, "support/untold.jsonl")
    teller.until(world, "training")
    silent = teller.world()
    silent.channel = NoChannel()
    teller.drop(silent, "support/silent.jsonl")
    teller.until(silent, "training")


def _expiring(teller: Teller) -> None:
    world = teller.world()
    world.deployer.created_at = lambda _name: datetime.now(UTC) - timedelta(hours=23)
    teller.drop(world, "support/expiring.jsonl")
    teller.until(world, "serving")


def _lost(teller: Teller) -> None:
    world, _ = at("training")
    teller.listen(world)
    world.clock.time += timedelta(hours=3)
    for _ in range(3):
        pipeline.sweep(world.services)


def _full(teller: Teller) -> None:
    """Eight deployments live, and the operator's catalogue cannot be read."""
    world, run = at("serving")
    teller.listen(world)
    for number in range(8):
        copy = run.model_copy(update={"id": f"{number:016x}"})
        world.runs.documents[copy.id] = (copy.model_dump_json(), 1)
        world.runs.markers.add(copy.id)
    world.runs.markers.discard(run.id)

    def refused() -> Catalogue:
        raise RecipeInvalid(["catalogue.yaml: no mapping"])

    pipeline.sweep(replace(world.services, catalogue=refused))


def main() -> None:
    endpoint, how = sys.argv[1:]
    configure_azure_monitor(
        connection_string="InstrumentationKey=00000000-0000-0000-0000-000000000001;"
        f"IngestionEndpoint={endpoint}/;LiveEndpoint={endpoint}",
        disable_offline_storage=True,
    )
    quieten()
    teller = Teller()
    {"quiet": quiet, "eventful": eventful}[how](teller)
    teller.end()


if __name__ == "__main__":
    main()

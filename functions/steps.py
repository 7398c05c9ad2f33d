"""One queue, one trigger, one step. Read down the page and you have read the pipeline."""

import azure.functions as func

from shared import pipeline, steps
from shared.adapters.invocation import invocation
from shared.bootstrap import services
from shared.core.run import Command

bp = func.Blueprint()
CONNECTION = "SERVICE_BUS"


@bp.service_bus_queue_trigger("message", queue_name="prepare", connection=CONNECTION)
def prepare(message: func.ServiceBusMessage, context: func.Context) -> None:
    """The dropped rows become training, validation and test files."""
    with invocation(context, message):
        pipeline.advance(to_command(message), steps.prepare, services())


@bp.service_bus_queue_trigger("message", queue_name="submit", connection=CONNECTION)
def submit(message: func.ServiceBusMessage, context: func.Context) -> None:
    """The files go to Foundry, and become a fine-tuning job."""
    with invocation(context, message):
        pipeline.advance(to_command(message), steps.submit, services())


@bp.service_bus_queue_trigger("message", queue_name="watch", connection=CONNECTION)
def watch(message: func.ServiceBusMessage, context: func.Context) -> None:
    """Whatever the run waits for in Foundry is there, or is looked at again later."""
    with invocation(context, message):
        pipeline.advance(to_command(message), steps.watch, services())


@bp.service_bus_queue_trigger("message", queue_name="assess", connection=CONNECTION)
def assess(message: func.ServiceBusMessage, context: func.Context) -> None:
    """The training gate chooses a checkpoint to serve, or none."""
    with invocation(context, message):
        pipeline.advance(to_command(message), steps.assess, services())


@bp.service_bus_queue_trigger("message", queue_name="deploy", connection=CONNECTION)
def deploy(message: func.ServiceBusMessage, context: func.Context) -> None:
    """The chosen checkpoint becomes a deployment."""
    with invocation(context, message):
        pipeline.advance(to_command(message), steps.deploy, services())


@bp.service_bus_queue_trigger("message", queue_name="close", connection=CONNECTION)
def close(message: func.ServiceBusMessage, context: func.Context) -> None:
    """What was temporary goes; what the run came to stays on record."""
    with invocation(context, message):
        pipeline.advance(to_command(message), steps.close, services())


@bp.service_bus_queue_trigger("message", queue_name="notify", connection=CONNECTION)
def notify(message: func.ServiceBusMessage, context: func.Context) -> None:
    """The channel is told what a step wrote into the run."""
    with invocation(context, message):
        pipeline.tell(to_command(message), services())


def to_command(message: func.ServiceBusMessage) -> Command:
    return Command.model_validate_json(message.get_body())

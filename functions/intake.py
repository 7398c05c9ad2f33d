"""A blob was written, or a set has had time to settle."""

import logging

import azure.functions as func

from shared import intake
from shared.adapters.event_grid import Arrived, Ignored, Settled, parse
from shared.adapters.invocation import invocation
from shared.bootstrap import datasets_container, services

bp = func.Blueprint()
log = logging.getLogger("tunedrop.intake")


@bp.function_name("intake")
@bp.service_bus_queue_trigger("message", queue_name="intake", connection="SERVICE_BUS")
def take(message: func.ServiceBusMessage, context: func.Context) -> None:
    """Event Grid's BlobCreated and our own settling messages; what is neither ends in the dead-letter queue."""
    with invocation(context, message):
        match parse(message.get_body(), datasets_container()):
            case Arrived(container=container, blob=blob, upload=upload):
                log.info(intake.arrived(container, blob, services(), upload))
            case Settled(container=container, folder=folder, fingerprint=seen):
                log.info(intake.settled(container, folder, seen, services()))
            case Ignored(reason=reason):
                log.info(reason)

"""The timer that makes good what got lost: events, messages, instances."""

import logging

import azure.functions as func

from shared import intake, pipeline
from shared.adapters.invocation import invocation
from shared.bootstrap import datasets_container, services
from shared.core.records import UnannouncedRecord
from shared.furnishing import furnish

bp = func.Blueprint()
log = logging.getLogger("tunedrop.sweep")


@bp.timer_trigger("timer", schedule="%SWEEP_SCHEDULE%", use_monitor=True)
def sweep(timer: func.TimerRequest, context: func.Context) -> None:
    """Every quarter of an hour, say: orders that got lost are given again, unannounced uploads begin their runs."""
    with invocation(context):
        if timer.past_due:
            log.warning("the sweep is late")
        pipeline.sweep(services())
        missed = intake.catch_up(datasets_container(), services())
        services().telemetry.record(UnannouncedRecord(uploads=missed))
        if furnish(services().datasets):
            log.info("put recipes/default.yaml, which was not there")

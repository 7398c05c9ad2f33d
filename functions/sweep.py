"""The timer that makes good what got lost: events, messages, instances."""

import logging

import azure.functions as func

from shared import intake, pipeline
from shared.bootstrap import datasets_container, services

bp = func.Blueprint()
log = logging.getLogger("tunedrop.sweep")


@bp.timer_trigger("timer", schedule="%SWEEP_SCHEDULE%", use_monitor=True)
def sweep(timer: func.TimerRequest) -> None:
    """Every quarter of an hour, say: orders that got lost are given again, unannounced uploads begin their runs."""
    pipeline.sweep(services())
    missed = intake.catch_up(datasets_container(), services())
    log.info("swept%s: %d uploads had not been announced", " late" if timer.past_due else "", missed)

"""The timer that makes good what got lost: events, messages, instances."""

import logging

import azure.functions as func
from shared.bootstrap import datasets_container, services

from shared import intake, pipeline

bp = func.Blueprint()
log = logging.getLogger("tunedrop.sweep")


@bp.timer_trigger("timer", schedule="0 */15 * * * *", use_monitor=True)
def sweep(timer: func.TimerRequest) -> None:
    """Every quarter of an hour: orders that got lost are given again, uploads nobody announced begin their runs."""
    pipeline.sweep(services())
    missed = intake.catch_up(datasets_container(), services())
    log.info("swept%s: %d uploads had not been announced", " late" if timer.past_due else "", missed)

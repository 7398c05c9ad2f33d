"""A program that speaks through Microsoft's exporter as the Functions worker does: `exporting.py ENDPOINT`."""

import logging
import sys

from azure.monitor.opentelemetry import configure_azure_monitor
from opentelemetry import metrics, trace
from opentelemetry._logs import get_logger_provider

configure_azure_monitor(
    connection_string="InstrumentationKey=00000000-0000-0000-0000-000000000001;"
    f"IngestionEndpoint={sys.argv[1]}/;LiveEndpoint={sys.argv[1]}",
    disable_offline_storage=True,
    logger_name="tunedrop",
)
log = logging.getLogger("tunedrop")
log.setLevel(logging.INFO)
about = {"run_id": "r1", "revision": 4, "step": "watch"}
tracer = trace.get_tracer("tunedrop")
with tracer.start_as_current_span("watch", kind=trace.SpanKind.SERVER):
    with tracer.start_as_current_span("step watch", attributes=about):
        log.info(
            "step 10",
            extra={"record": "training_point", "run_id": "r1", "job_id": "j", "training_step": 10, "train_loss": 0.5},
        )
    log.info(
        "moved",
        extra={"record": "delivery", **about, "stage_before": "training", "stage_after": "trained", "seconds": 0.25},
    )
metrics.get_meter("tunedrop").create_gauge("tunedrop.training.loss").set(0.5, {"run_id": "r1"})
metrics.get_meter("tunedrop").create_histogram("tunedrop.step.duration").record(0.25, {"step": "watch"})
for provider in (trace.get_tracer_provider(), metrics.get_meter_provider(), get_logger_provider()):
    provider.force_flush()

"""A function of each kind that the host runs; what they were given goes to the file TRACE_FILE as JSON lines."""

import json
import logging
import os
import time
from pathlib import Path

import azure.functions as func
from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

app = func.FunctionApp()
log = logging.getLogger("sample")
# The exporter's own requests, logged at INFO, would be exported in turn, for ever.
logging.getLogger("azure.core.pipeline.policies.http_logging_policy").setLevel(logging.WARNING)
logging.getLogger("azure.monitor").setLevel(logging.WARNING)


def note(**facts: object) -> None:
    facts |= {"instance": os.environ["WEBSITE_INSTANCE_ID"], "at": time.monotonic()}
    with Path(os.environ["TRACE_FILE"]).open("a", encoding="utf-8") as file:
        file.write(json.dumps(facts, default=str) + "\n")


@app.service_bus_queue_trigger(arg_name="message", queue_name="%WORK_QUEUE%", connection="SERVICE_BUS")
def work(message: func.ServiceBusMessage, context: func.Context) -> None:
    """Body: `{"n": 1, "seconds": 0, "fail": false}`."""
    order = json.loads(message.get_body())
    note(event="began", n=order["n"], delivery=message.delivery_count)
    time.sleep(order.get("seconds", 0))
    if order.get("fail"):
        raise ValueError(f"order {order['n']} is not possible")
    note(
        event="done",
        n=order["n"],
        delivery=message.delivery_count,
        message_id=message.message_id,
        sequence=message.sequence_number,
        enqueued=message.enqueued_time_utc,
        properties=message.application_properties,
        correlation_id=message.correlation_id,
        subject=message.subject,
        content_type=message.content_type,
        traceparent=context.trace_context.trace_parent,
    )


@app.timer_trigger(arg_name="timer", schedule="%TICK%", run_on_startup=True, use_monitor=True)
def tick(timer: func.TimerRequest) -> None:
    note(event="tick", past_due=timer.past_due, status=timer.schedule_status)


@app.route(route="things/{kind}/{number:int?}", methods=["GET", "HEAD", "POST"], auth_level=func.AuthLevel.FUNCTION)
def things(req: func.HttpRequest) -> func.HttpResponse:
    seen = {"params": dict(req.route_params), "query": dict(req.params), "body": req.get_body().decode()}
    headers = {"x-kind": req.route_params["kind"], "set-cookie": "flavour=oat; Path=/; HttpOnly"}
    return func.HttpResponse(json.dumps(seen), status_code=201, mimetype="application/json", headers=headers)


@app.route(route="open", auth_level=func.AuthLevel.ANONYMOUS)
def open_to_all(req: func.HttpRequest, context: func.Context) -> str:
    # The worker attaches the trace context in its own thread, not in this one (azure-functions-runtime 1.3.0).
    parent = TraceContextTextMapPropagator().extract({"traceparent": context.trace_context.trace_parent})
    with trace.get_tracer("sample").start_as_current_span("step greet", parent, attributes={"run_id": "r1"}):
        log.info("greeted", extra={"record": "notice", "run_id": "r1"})
    return f"hello {req.method}"


@app.route(route="broken", auth_level=func.AuthLevel.ANONYMOUS)
def broken(req: func.HttpRequest) -> str:
    raise RuntimeError(req.url)

"""What the terminal shows: the host's own lines and the app's log records, one compact line each.

The app's records also go to Application Insights, by the worker's own doing; the host's do not.
"""

import logging
import sys

HOST_LOGGER = "local.functions_host"
#: Libraries whose INFO is about each request or invocation: to telemetry as on Azure, not to the terminal.
CHATTY = ("azure", "opentelemetry", "urllib3", "httpx2", "uvicorn")
#: Libraries that only the host uses, and how severe a record must be to be kept: on Azure the host is no
#: Python program, and nothing of this reaches the app's telemetry. What fails at the broker, the queue
#: listener tells in one line (the app itself uses the synchronous half of that SDK).
OF_THE_HOST = {
    "uvicorn": logging.WARNING,
    "azure.servicebus.aio": logging.CRITICAL,
    "azure.servicebus._pyamqp.aio": logging.CRITICAL,
}
STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class CompactFormatter(logging.Formatter):
    """`12:34:56.789 a INFO tunedrop.pipeline: advanced run_id=1 step=prepare`."""

    def __init__(self, instance: str) -> None:
        line = f"%(asctime)s.%(msecs)03d {instance} %(levelname)s %(name)s: %(message)s"
        super().__init__(line, datefmt="%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        extra = [f"{key}={value}" for key, value in record.__dict__.items() if key not in STANDARD]
        return " ".join([super().formatMessage(record), *extra])


def is_shown(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING or record.name.split(".")[0] not in CHATTY


def log_to_terminal(instance: str) -> None:
    """Show INFO and above on stderr; to be called once, before the app is imported."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(CompactFormatter(instance))
    handler.addFilter(is_shown)
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.INFO)
    for name, level in OF_THE_HOST.items():
        logging.getLogger(name).setLevel(level)
    host = logging.getLogger(HOST_LOGGER)
    host.addHandler(handler)
    host.propagate = False

"""Running a function once: trace context in, time limit over it, one line in the log after it."""

import asyncio
import logging
import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from opentelemetry.trace import SpanKind

from local.functions_host.host_json import HostJson
from local.functions_host.messages import RpcException, TypedData
from local.functions_host.telemetry import Attributes, Request, TraceContext, begin, flush
from local.functions_host.worker import Answer, Call, Function, invoke, new_invocation_id

log = logging.getLogger(__name__)

TIMEOUT_EXIT_CODE = 75
#: what running functions get to finish when the host is told to stop
DRAIN_SECONDS = 5


@dataclass(frozen=True)
class Work:
    """A function and what triggers it."""

    function: Function
    #: the trigger's parameter, and its value
    parameter: str
    data: TypedData
    metadata: Mapping[str, TypedData]
    #: for people: `message 7 of queue 'prepare', delivery 1`
    cause: str


class Invocations:
    """All invocations of one instance, under the same host.json."""

    def __init__(self, host_json: HostJson) -> None:
        self._limit = host_json.function_timeout
        self._recorded = host_json.telemetry_mode == "OpenTelemetry"

    @contextmanager
    def request(
        self, function: Function, kind: SpanKind, parent: TraceContext | None, attributes: Attributes
    ) -> Generator[Request]:
        """Telemetry's view of one invocation: a request that lasts as long as the block."""
        with begin(function.name, kind, parent, enabled=self._recorded) as request:
            request.describe({"faas.name": function.name, **attributes})
            yield request

    async def run(self, work: Work, request: Request) -> Answer:
        """The function's answer; a function that takes too long ends this process.

        So does the platform: it restarts the worker, and all that ran in it is lost. Whoever started
        this process starts another; messages come back when their locks expire.
        """
        loop = asyncio.get_running_loop()
        started = loop.time()
        alarm = loop.call_later(self._limit.total_seconds(), self._end, work, request) if self._limit else None
        try:
            answer = await self._invoke(work, request)
        finally:
            if alarm:
                alarm.cancel()
        _report(work, answer.error, loop.time() - started)
        if answer.error:
            request.fail(answer.error.message)
        return answer

    async def _invoke(self, work: Work, request: Request) -> Answer:
        invocation_id = new_invocation_id()
        request.describe({"faas.invocation_id": invocation_id})
        context = request.context
        call = Call(work.parameter, work.data, work.metadata, context.parent, context.state)
        return await invoke(work.function, invocation_id, call)

    def _end(self, work: Work, request: Request) -> None:
        reason = f"ran longer than functionTimeout {self._limit}"
        log.critical("%s %s (%s); this instance ends", work.function.name, reason, work.cause)
        request.fail(reason)
        request.end()
        flush()
        os._exit(TIMEOUT_EXIT_CODE)


def _report(work: Work, error: RpcException | None, seconds: float) -> None:
    if error is None:
        log.info("%s succeeded in %.3f s (%s)", work.function.name, seconds, work.cause)
        return
    log.error("%s failed in %.3f s (%s): %s", work.function.name, seconds, work.cause, error.message)
    if error.stack_trace:
        log.error("%s", error.stack_trace.rstrip())

"""The timer trigger: fired by one instance at a time (a blob lease), missed occurrences made up for once.

Like TimerListener.cs in Azure/azure-webjobs-sdk-extensions; as there, taking the lock over from another
instance is a start, for runOnStartup and for what was missed.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NoReturn

from azure.core.exceptions import AzureError
from azure.storage.blob import BlobLeaseClient
from opentelemetry.instrumentation.utils import suppress_instrumentation
from opentelemetry.trace import SpanKind

from local.functions_host.host_storage import LEASE_SECONDS, HostStorage
from local.functions_host.invocations import DRAIN_SECONDS, Invocations, Work
from local.functions_host.messages import TypedData
from local.functions_host.timer_status import TimerStatus, after_run, at_start
from local.functions_host.triggers import TimerTrigger
from local.functions_host.worker import Function

log = logging.getLogger(__name__)

RENEW_SECONDS = LEASE_SECONDS / 3
RETRY_SECONDS = 5


class TimerListener:
    def __init__(
        self, function: Function, trigger: TimerTrigger, storage: HostStorage, invocations: Invocations
    ) -> None:
        self._function, self._trigger = function, trigger
        self._storage, self._invocations = storage, invocations

    async def run(self) -> NoReturn:
        """Fire on schedule whenever this instance holds the lock; when cancelled, let a run finish first."""
        while True:
            try:
                if lease := await _in_thread(self._storage.acquire, self._function.name):
                    await self._hold(lease)
            except AzureError as error:
                log.warning("timer %s: %s", self._function.name, str(error).partition("\n")[0])
            await asyncio.sleep(RETRY_SECONDS)

    async def _hold(self, lease: BlobLeaseClient) -> None:
        """Fire until the lock is lost, which raises `AzureError`; a run under way then still finishes."""
        renewing = asyncio.create_task(self._renew(lease))
        try:
            await self._fire_while(renewing)
        finally:
            renewing.cancel()
            await _in_thread(self._storage.release, lease)

    async def _renew(self, lease: BlobLeaseClient) -> NoReturn:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            await _in_thread(self._storage.renew, lease)

    async def _fire_while(self, renewing: asyncio.Task[NoReturn]) -> None:
        status = await self._status_at_start()
        missed = _now() > status.next
        if missed or self._trigger.run_on_startup:
            status = await self._fire(status, missed=missed, scheduled=False)
        while not renewing.done():
            seconds = (status.next - _now()).total_seconds()
            await asyncio.wait([renewing], timeout=max(seconds, 0))
            if not renewing.done():
                status = await self._fire(status, missed=False, scheduled=True)
        await renewing

    async def _status_at_start(self) -> TimerStatus:
        now, schedule, name = _now(), self._trigger.schedule, self._function.name
        if not self._is_monitored(now):
            return at_start(None, schedule, now)
        stored = await _in_thread(self._storage.read_status, name)
        status = at_start(stored, schedule, now)
        if status != stored:
            await _in_thread(self._storage.write_status, name, status)
        return status

    def _is_monitored(self, now: datetime) -> bool:
        return self._trigger.use_monitor and not self._trigger.schedule.is_frequent(now)

    async def _fire(self, status: TimerStatus, *, missed: bool, scheduled: bool) -> TimerStatus:
        running = asyncio.create_task(self._run_once(status, missed=missed, scheduled=scheduled))
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            await asyncio.wait([running], timeout=DRAIN_SECONDS)
            raise

    async def _run_once(self, status: TimerStatus, *, missed: bool, scheduled: bool) -> TimerStatus:
        began = _now()
        monitored = self._is_monitored(began)
        attributes = {"faas.trigger": "timer"}
        with self._invocations.request(self._function, SpanKind.SERVER, None, attributes) as request:
            work = self._work(status if monitored else None, missed=missed)
            await self._invocations.run(work, request)
        status = after_run(status, self._trigger.schedule, began, scheduled=scheduled)
        if monitored:
            await _in_thread(self._storage.write_status, self._function.name, status)
        return status

    def _work(self, status: TimerStatus | None, *, missed: bool) -> Work:
        timer = {
            "Schedule": {"AdjustForDST": True},
            "ScheduleStatus": status.as_json() if status else None,
            "IsPastDue": missed,
        }
        data = TypedData(json=json.dumps(timer))
        return Work(self._function, self._trigger.parameter, data, {}, "past due" if missed else "timer")


def _now() -> datetime:
    return datetime.now(UTC)


async def _in_thread[**P, R](call: Callable[P, R], *args: P.args, **options: P.kwargs) -> R:
    with suppress_instrumentation():
        return await asyncio.to_thread(call, *args, **options)

"""Keeping a received message locked while its function runs.

Not by the SDK's AutoLockRenewer: that cannot be told to stop, and a renewal under way while the message
is settled fails as if the lock were lost.
"""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from azure.servicebus import ServiceBusReceivedMessage
from azure.servicebus.aio import ServiceBusReceiver
from azure.servicebus.exceptions import ServiceBusError

log = logging.getLogger(__name__)


class MessageLock:
    """Renews the lock each time half of it is over, for at most `limit` after it was made."""

    def __init__(self, receiver: ServiceBusReceiver, message: ServiceBusReceivedMessage, limit: timedelta) -> None:
        self._receiver, self._message = receiver, message
        self._until = datetime.now(UTC) + limit
        self._released = asyncio.Event()
        self._renewing = asyncio.create_task(self._renew())

    async def release(self) -> None:
        """Stop renewing; once this returns, no renewal is under way."""
        self._released.set()
        await self._renewing

    async def _renew(self) -> None:
        while not await self._released_within(self._half_of_the_rest()):
            if datetime.now(UTC) >= self._until:
                return
            try:
                await self._receiver.renew_message_lock(self._message)
            except (ServiceBusError, ValueError) as error:
                log.warning("message %r: the lock was not renewed: %s", self._message.message_id, error)
                return

    def _half_of_the_rest(self) -> float:
        locked_until = self._message.locked_until_utc or datetime.now(UTC)
        return max((locked_until - datetime.now(UTC)).total_seconds() / 2, 0)

    async def _released_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._released.wait(), seconds)
        except TimeoutError:
            return False
        return True

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from azure.servicebus.exceptions import MessageLockLostError

from local.functions_host.message_lock import MessageLock

LOCK = timedelta(milliseconds=40)


class FakeReceiver:
    """Renews the locks of its messages, as often as it is asked to, `losing` them or not."""

    def __init__(self, *, losing: bool = False) -> None:
        self.renewals, self.losing = 0, losing
        self.renewed_twice = asyncio.Event()

    async def renew_message_lock(self, message: Any) -> None:
        self.renewals += 1
        if self.renewals == 2:
            self.renewed_twice.set()
        if self.losing:
            raise MessageLockLostError
        message.locked_until_utc = datetime.now(UTC) + LOCK


def message() -> Any:
    return SimpleNamespace(message_id="m1", locked_until_utc=datetime.now(UTC) + LOCK)


def test_a_lock_is_renewed_until_it_is_released() -> None:
    async def hold() -> bool:
        receiver = FakeReceiver()
        lock = MessageLock(receiver, message(), timedelta(minutes=1))  # type: ignore[arg-type]
        await asyncio.wait_for(receiver.renewed_twice.wait(), 10)
        await lock.release()
        return lock._renewing.done()

    assert asyncio.run(hold())


def test_a_lock_is_not_renewed_beyond_its_limit() -> None:
    async def hold() -> int:
        receiver = FakeReceiver()
        lock = MessageLock(receiver, message(), timedelta(0))  # type: ignore[arg-type]
        await lock._renewing
        await lock.release()
        return receiver.renewals

    assert asyncio.run(hold()) == 0


def test_a_lost_lock_is_told_and_not_asked_for_again(caplog: pytest.LogCaptureFixture) -> None:
    async def hold() -> int:
        receiver = FakeReceiver(losing=True)
        lock = MessageLock(receiver, message(), timedelta(minutes=1))  # type: ignore[arg-type]
        await lock._renewing
        await lock.release()
        return receiver.renewals

    assert asyncio.run(hold()) == 1
    assert "message 'm1': the lock was not renewed" in caplog.text

"""What the operator can ask for."""

from datetime import UTC, datetime

import pytest

from local.stack.layout import QUEUES as STACK_QUEUES
from shared.replay.arguments import QUEUES, asked


def test_every_queue_is_meant_unless_some_are_named() -> None:
    assert set(asked(["dead-letters"]).queues) == set(STACK_QUEUES)
    assert asked(["dead-letters", "--queue", "watch", "--queue", "intake"]).queues == ("watch", "intake")
    assert len(QUEUES) == len(STACK_QUEUES)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-11-24", datetime(2026, 11, 24, tzinfo=UTC)),
        ("2026-11-24T09:00", datetime(2026, 11, 24, 9, tzinfo=UTC)),
        ("2026-11-24T09:00+02:00", datetime(2026, 11, 24, 7, tzinfo=UTC)),
    ],
)
def test_a_time_without_a_zone_is_utc(text: str, meant: datetime) -> None:
    assert asked(["drops", "--since", text]).since == meant


@pytest.mark.parametrize(
    "arguments", [[], ["all"], ["dead-letters", "--queue", "nowhere"], ["drops", "--since", "yesterday"]]
)
def test_what_makes_no_sense_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        asked(arguments)
    assert "usage: tunedrop replay" in capsys.readouterr().err

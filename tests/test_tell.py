"""A notice is told at least once, and its run lives until then."""

from datetime import timedelta

from shared import pipeline
from shared.core.errors import PermanentError, TransientError
from shared.core.polling import LONGEST_RETRY
from shared.core.run import Command, Run
from shared.core.stages import Step
from tests.standing import all_told, at, delivered, ordered


def notice_command(run: Run) -> Command:
    return Command(step=Step.NOTIFY, run_id=run.id, revision=run.notices[-1].revision)


def test_a_notice_is_told_recorded_and_told_no_more() -> None:
    world, run = at("serving")
    for said in ("told", "stale", "stale"):
        pipeline.tell(notice_command(run), world.services)
        assert delivered(world) == (said, None)
    assert world.channel.kinds() == ["served"]
    [record] = world.telemetry.of("notice")
    assert (record.run_id, record.notice, record.title) == (run.id, "served", run.notices[-1].message.title)


def test_a_channel_that_refuses_is_asked_again_later() -> None:
    world, run = at("serving")
    world.channel.refusals = [TransientError("429", retry_after=timedelta(minutes=2)), TransientError("503")]
    pipeline.tell(notice_command(run), world.services)
    again = notice_command(run).again()
    assert ordered(world) == [(timedelta(minutes=2), again)]
    assert delivered(world) == ("retry", "429")
    worn = notice_command(run).model_copy(update={"attempt": 500})
    pipeline.tell(worn, world.services)
    assert ordered(world)[1] == (LONGEST_RETRY, worn.again())
    assert world.telemetry.of("notice") == []
    assert world.runs.told == set()


def test_a_channel_that_refuses_for_good_is_left_to_the_sweep() -> None:
    world, run = at("closed")
    all_told(world, run)
    world.runs.told.remove((run.id, run.notices[-1].revision))
    world.channel.refusals = [PermanentError("410: the webhook is gone")]
    pipeline.tell(notice_command(run), world.services)
    assert delivered(world) == ("untold", "410: the webhook is gone")
    assert world.bus.queue == []
    assert world.runs.markers == {run.id}


def test_a_closed_run_lives_until_its_last_notice_is_told() -> None:
    world, run = at("closed")
    *earlier, last = [notice.revision for notice in run.notices]
    for revision in earlier:
        pipeline.tell(Command(step=Step.NOTIFY, run_id=run.id, revision=revision), world.services)
    assert world.runs.markers == {run.id}
    pipeline.tell(Command(step=Step.NOTIFY, run_id=run.id, revision=last), world.services)
    assert world.runs.markers == set()


def test_a_run_that_is_not_over_is_not_retired_though_all_is_told() -> None:
    world, run = at("serving")
    for notice in run.notices:
        pipeline.tell(Command(step=Step.NOTIFY, run_id=run.id, revision=notice.revision), world.services)
    assert world.runs.markers == {run.id}

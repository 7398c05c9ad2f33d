from contextlib import closing
from pathlib import Path

import pytest

from local.foundry.clock import Anchor
from local.foundry.records import Event
from local.foundry.store import Store
from tests.local.foundry.examples import Parts, job


def test_a_transaction_that_raises_leaves_nothing_behind(parts: Parts) -> None:
    store = parts.store

    def fail_half_way() -> None:
        with store.transaction():
            store.jobs.put(job())
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        fail_half_way()
    with store.transaction():
        assert store.jobs.all() == []


def test_what_was_put_is_there_for_the_next_process(tmp_path: Path) -> None:
    with closing(Store(tmp_path)) as first, first.transaction():
        first.jobs.put(job("ftjob-b"))
        first.jobs.put(job("ftjob-a"))
        first.jobs.put(job("ftjob-b", suffix="changed"))
        first.keep_anchor(Anchor(1.0, 2.0, 3.0))
    with closing(Store(tmp_path)) as second, second.transaction():
        assert [(known.id, known.suffix) for known in second.jobs.all()] == [("ftjob-b", "changed"), ("ftjob-a", None)]
        assert second.anchor() == Anchor(1.0, 2.0, 3.0)


def test_a_jobs_history_is_its_own(parts: Parts) -> None:
    store = parts.store
    with store.transaction():
        store.events.add(Event(id="e1", job="a", created_at=1, message="first"))
        store.events.add(Event(id="e2", job="b", created_at=2, message="another's"))
        store.events.add(Event(id="e3", job="a", created_at=3, message="second"))
        assert [event.message for event in store.events.of("a")] == ["first", "second"]

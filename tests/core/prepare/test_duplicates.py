import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.prepare import duplicates
from shared.core.prepare.duplicates import LEAKED, REPEATED, Seen, digest_of
from tests.core.prepare.dropping import chat, chats, drop, jsonl

LINES = st.lists(st.integers(0, 40).map(lambda number: b"%d" % number), max_size=60)


def digests(lines: list[bytes]) -> list[bytes]:
    return [digest_of(line) for line in lines]


@given(st.lists(LINES, max_size=6), st.integers(1, 50))
def test_whatever_the_batches_the_first_of_equal_examples_is_new(batches: list[list[bytes]], most_recent: int) -> None:
    seen, known = Seen(), set[bytes]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duplicates, "MOST_RECENT", most_recent)
        for batch in batches:
            for line, fault in zip(batch, seen.add(digests(batch)), strict=True):
                assert fault == (REPEATED if line in known else None)
                known.add(line)


def test_examples_of_an_earlier_part_are_leaks_in_a_later_one() -> None:
    seen = Seen()
    seen.add(digests([b"a", b"b"]))
    seen.end_part("test")
    assert seen.add(digests([b"b", b"c", b"c"])) == [LEAKED["test"], None, REPEATED]


def test_many_examples_are_told_apart_however_long_ago_they_stood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "MOST_RECENT", 10)
    prepared = drop(jsonl([*chats(90), chat("Question 3?", "Answer 3."), chat("Question 88?", "Answer 88.")]))
    assert (len(prepared.training), prepared.report.rows.duplicates) == (90, 2)

"""Streams with a thread of their own: what is promised of order, errors, waiting, and of what is left behind."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import streams
from shared.streams import DEPTH, PIECE_BYTES, ReadAhead, WriteBehind, write_behind

PATIENCE_SECONDS = 20.0
PIECES = st.lists(st.binary(max_size=20))


class Kept:
    """Takes bytes, and keeps them piece by piece."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, data: bytes, /) -> None:
        self.pieces.append(data)


class Full(Kept):
    """Has room for some pieces only."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    def write(self, data: bytes, /) -> None:
        if len(self.pieces) == self.room:
            raise OSError("no room is left")
        super().write(data)


@pytest.fixture(autouse=True)
def nothing_left_running() -> Iterator[None]:
    """No test may leave a thread behind."""
    before = threading.active_count()
    yield
    assert threading.active_count() == before


def waited_for(event: threading.Event) -> None:
    assert event.wait(PATIENCE_SECONDS)


@given(PIECES)
def test_what_is_read_comes_in_order_with_its_hash(pieces: list[bytes]) -> None:
    ahead = ReadAhead(pieces)
    assert list(ahead) == pieces
    assert ahead.digest() == sha256(b"".join(pieces)).hexdigest()


@given(PIECES, st.integers(1, 50))
def test_what_is_written_arrives_in_order_with_its_hash_whatever_the_size_of_pieces(
    pieces: list[bytes], piece_bytes: int
) -> None:
    kept = Kept()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streams, "PIECE_BYTES", piece_bytes)
        with WriteBehind(kept) as behind:
            for piece in pieces:
                behind.write(piece)
            digest = behind.digest()
    assert b"".join(kept.pieces) == b"".join(pieces)
    assert digest == sha256(b"".join(pieces)).hexdigest()


def test_an_error_of_reading_is_raised_behind_what_was_read_before_it() -> None:
    def chunks() -> Iterator[bytes]:
        yield b"1"
        yield b"2"
        raise OSError("the line is dead")

    ahead = iter(ReadAhead(chunks()))
    assert [next(ahead), next(ahead)] == [b"1", b"2"]
    with pytest.raises(OSError, match="the line is dead"):
        next(ahead)


@pytest.mark.parametrize("room", [0, 1, DEPTH])
def test_an_error_of_writing_is_raised_by_a_later_call(room: int) -> None:
    full = Full(room)
    with pytest.raises(OSError, match="no room is left"), WriteBehind(full) as behind:  # noqa: PT012 - any may raise
        for _ in range(room + DEPTH + 2):
            behind.write(b"x" * PIECE_BYTES)
        raise AssertionError("the error should have been raised by now")
    assert len(full.pieces) == room


@pytest.mark.parametrize("ask", [lambda behind: behind.digest(), lambda _: None], ids=["digest", "end of the block"])
def test_an_error_of_the_last_write_is_not_lost(ask: object) -> None:
    with pytest.raises(OSError, match="no room is left"), WriteBehind(Full(0)) as behind:  # noqa: PT012 - either raises
        behind.write(b"last")
        assert callable(ask)
        ask(behind)


def test_what_waits_is_written_at_the_end_of_the_block() -> None:
    kept = Kept()
    with WriteBehind(kept) as behind:
        behind.write(b"a")
        behind.write(b"b")
        assert kept.pieces == []
    assert kept.pieces == [b"ab"]


def test_what_waits_is_given_up_when_the_work_fails() -> None:
    kept = Kept()
    with pytest.raises(ZeroDivisionError), WriteBehind(kept) as behind:  # noqa: PT012 - the block is what fails
        behind.write(b"a")
        raise ZeroDivisionError
    assert kept.pieces == []


def test_small_writes_are_handed_over_in_large_pieces() -> None:
    kept = Kept()
    with WriteBehind(kept) as behind:
        for _ in range(100):
            behind.write(b"x" * (PIECE_BYTES // 32))
    assert [len(piece) for piece in kept.pieces] == [PIECE_BYTES, PIECE_BYTES, PIECE_BYTES, PIECE_BYTES // 8]


def test_no_more_is_read_ahead_than_may_wait() -> None:
    given_out: list[int] = []
    at_the_bound = threading.Event()

    def chunks() -> Iterator[bytes]:
        for number in range(100):
            given_out.append(number)
            if len(given_out) == DEPTH + 1:
                at_the_bound.set()
            yield b"x"

    with ReadAhead(chunks()) as ahead:
        pieces = iter(ahead)
        next(pieces)
        waited_for(at_the_bound)
    assert len(given_out) == DEPTH + 1


def test_no_more_is_held_back_than_may_wait() -> None:
    held, handed = threading.Event(), threading.Event()
    written: list[bytes] = []

    class Slow:
        def write(self, data: bytes, /) -> None:
            waited_for(held)
            written.append(data)

    def hand_over(behind: WriteBehind) -> None:
        for _ in range(DEPTH):
            behind.write(b"x" * PIECE_BYTES)
        handed.set()
        behind.write(b"x" * PIECE_BYTES)
        assert written  # the piece above had to wait for the first to be written

    with WriteBehind(Slow()) as behind:
        user = threading.Thread(target=hand_over, args=[behind])
        user.start()
        waited_for(handed)
        assert written == []
        held.set()
        user.join()
    assert len(written) == DEPTH + 1


def test_reading_work_and_writing_go_on_at_the_same_time() -> None:
    """The reader waits for the writer and the writer for the reader: one after the other, nothing would move."""
    third_is_read, first_is_written = threading.Event(), threading.Event()

    def chunks() -> Iterator[bytes]:
        yield b"1" * PIECE_BYTES
        yield b"2" * PIECE_BYTES
        waited_for(first_is_written)
        third_is_read.set()
        yield b"3" * PIECE_BYTES

    class Waiting(Kept):
        def write(self, data: bytes, /) -> None:
            first_is_written.set()
            waited_for(third_is_read)
            super().write(data)

    writer = Waiting()
    with ReadAhead(chunks()) as ahead, WriteBehind(writer) as behind:
        for chunk in ahead:
            behind.write(chunk)
    assert [piece[:1] for piece in writer.pieces] == [b"1", b"2", b"3"]


def test_a_file_that_is_not_read_to_its_end_is_let_go() -> None:
    endless = iter(lambda: b"x", None)
    with pytest.raises(ZeroDivisionError), ReadAhead(endless) as ahead:  # noqa: PT012 - the block is what fails
        next(iter(ahead))
        raise ZeroDivisionError


def test_a_file_that_is_never_read_is_let_go() -> None:
    with ReadAhead([b"x"]):
        pass


def test_files_that_are_written_are_let_go_when_the_work_fails() -> None:
    with pytest.raises(ZeroDivisionError), ExitStack() as stack:  # noqa: PT012 - the block is what fails
        for behind in write_behind(stack, [Kept(), Full(0)]):
            behind.write(b"x" * PIECE_BYTES)
        raise ZeroDivisionError

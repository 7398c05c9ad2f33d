"""Messages that a queue gave up go back into it."""

from collections.abc import Iterator, Sequence

from shared.ports import DeadLetter, DeadLetters


def replay_dead_letters(letters: DeadLetters, queues: Sequence[str], *, dry_run: bool) -> Iterator[str]:
    """Give back what is dead now; a line for each message. What dies again meanwhile waits for the next call."""
    for queue in queues:
        waiting = letters.waiting(queue)
        if dry_run:
            yield from (f"{_told(letter)} would go back" for letter in waiting)
        elif waiting:
            yield from (f"{_told(letter)} went back" for letter in letters.give_back(queue, len(waiting)))


def _told(letter: DeadLetter) -> str:
    since = f" of {letter.at:%Y-%m-%d %H:%M}" if letter.at else ""
    return f"{letter.queue} {letter.number}{since}: {letter.message_id!r} ({letter.reason})"

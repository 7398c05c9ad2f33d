"""Dead letters go back where they came from: those that were there, and no more."""

from collections.abc import Iterator

from shared.ports import DeadLetter
from shared.replay.dead_letters import replay_dead_letters
from tests.fakes import NOON

MAX = "MaxDeliveryCountExceeded"


class FakeDeadLetters:
    """Queues whose messages die again at once."""

    def __init__(self, **queues: int) -> None:
        self.left = {
            queue: [DeadLetter(queue, number, f"run.{queue}.{number}", MAX, NOON) for number in range(1, count + 1)]
            for queue, count in queues.items()
        }
        self.given_back: list[DeadLetter] = []

    def waiting(self, queue: str) -> list[DeadLetter]:
        return list(self.left[queue])

    def give_back(self, queue: str, most: int) -> Iterator[DeadLetter]:
        for _ in range(most):
            letter = self.left[queue].pop(0)
            self.given_back.append(letter)
            self.left[queue].append(letter._replace(number=letter.number + 100))
            yield letter


def test_each_dead_letter_goes_back_once_even_if_it_dies_again() -> None:
    letters = FakeDeadLetters(watch=3, submit=1)
    told = list(replay_dead_letters(letters, ["watch", "submit"], dry_run=False))
    assert [(letter.queue, letter.number) for letter in letters.given_back] == [
        ("watch", 1),
        ("watch", 2),
        ("watch", 3),
        ("submit", 1),
    ]
    assert told[0] == f"watch 1 of 2026-11-24 12:00: 'run.watch.1' ({MAX}) went back"
    assert len(told) == 4


def test_only_the_queues_that_are_named_are_looked_at() -> None:
    letters = FakeDeadLetters(watch=1, submit=1)
    assert len(list(replay_dead_letters(letters, ["submit"], dry_run=False))) == 1
    assert [letter.queue for letter in letters.given_back] == ["submit"]


def test_a_dry_run_says_what_would_go_back_and_touches_nothing() -> None:
    letters = FakeDeadLetters(watch=2)
    told = list(replay_dead_letters(letters, ["watch"], dry_run=True))
    assert [line.endswith("would go back") for line in told] == [True, True]
    assert letters.given_back == []

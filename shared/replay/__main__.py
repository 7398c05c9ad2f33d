"""`python -m shared.replay dead-letters|drops`: what an operator does once a fault is mended."""

import sys
from collections.abc import Iterator, Sequence

from shared.bootstrap import datasets_container, dead_letters, quieten, services
from shared.core.errors import PermanentError, TransientError
from shared.intake import LOOKBACK
from shared.replay.arguments import Asked, asked
from shared.replay.dead_letters import replay_dead_letters
from shared.replay.drops import replay_drops
from shared.settings import SettingsInvalid

DONE, NOT_DONE = 0, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status. What was said to be done stays done, whatever follows."""
    given = asked(arguments)
    quieten()
    count = 0
    try:
        for line in _replayed(given):
            count += 1
            sys.stdout.write(f"{line}\n")
    except (SettingsInvalid, TransientError, PermanentError) as error:
        sys.stderr.write(f"{error}\n")
        return NOT_DONE
    sys.stdout.write(f"{count} {'message' if given.what == 'dead-letters' else 'blob'}{'' if count == 1 else 's'}\n")
    return DONE


def _replayed(given: Asked) -> Iterator[str]:
    if given.what == "dead-letters":
        return replay_dead_letters(dead_letters(), given.queues, dry_run=given.dry_run)
    at_hand = services()
    since = given.since or at_hand.now() - LOOKBACK
    return replay_drops(datasets_container(), since, given.prefix, at_hand, dry_run=given.dry_run)


if __name__ == "__main__":
    sys.exit(main())

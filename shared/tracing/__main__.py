"""`tunedrop trace FILE`: which runs hold the rows of a file."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from shared.bootstrap import quieten, services
from shared.core.errors import PermanentError, TransientError
from shared.settings import SettingsInvalid
from shared.tracing.runs import NoExample, sought_in, trace

FOUND, NOT_FOUND, COULD_NOT_LOOK = 0, 1, 2
STATUS = "Exit status: 0 found, 1 in no run, 2 not or not wholly looked. Reads the app settings from the environment."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="tunedrop trace", description=__doc__, epilog=STATUS)
    parser.add_argument("file", type=Path, metavar="FILE", help="rows as `tunedrop convert` writes them")
    file: Path = parser.parse_args(arguments).file
    quieten()
    count = 0
    try:
        for line in trace(sought_in([file.read_bytes()]), services()):
            count += 1
            sys.stdout.write(f"{line}\n")
    except NoExample as error:
        return _could_not_look(f"{file}: {error}")
    except OSError as error:
        return _could_not_look(f"{error.filename}: {error.strerror}")
    except (SettingsInvalid, TransientError, PermanentError) as error:
        return _could_not_look(str(error))
    if not count:
        sys.stdout.write("in no run\n")
    return FOUND if count else NOT_FOUND


def _could_not_look(why: str) -> int:
    sys.stderr.write(f"{why}\n")
    return COULD_NOT_LOOK


if __name__ == "__main__":
    sys.exit(main())

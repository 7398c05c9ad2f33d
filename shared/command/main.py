"""`tunedrop check`, `tunedrop convert` and `tunedrop fingerprint`."""

import json
import sys
import traceback
from collections.abc import Sequence

from rich.console import Console

from shared.command import keeping
from shared.command.arguments import Asked, asked
from shared.command.checking import insist, recipe_of
from shared.command.refusal import Refused
from shared.command.told import told
from shared.command.verdict_json import as_json
from shared.command.writing import Written
from shared.core.errors import RecipeInvalid
from shared.core.prepare import Report
from shared.core.prepare.scans.benchmarks import encoded, fingerprints

ACCEPTED, REJECTED, COULD_NOT_LOOK, INTERRUPTED = 0, 1, 2, 130
WIDTH, MOST_WIDTH = 80, 100  #: characters a line; where it is not a terminal, and where it is a wide one


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    try:
        return _run(asked(arguments))
    except (Refused, RecipeInvalid) as error:
        return _could_not_look(str(error))
    except OSError as error:
        return _could_not_look(f"{error.filename}: {error.strerror}" if error.filename else f"{error.strerror}")
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception:  # noqa: BLE001 - a fault of ours must not look like a rejected dataset, whose status is 1
        traceback.print_exc()
        return COULD_NOT_LOOK


def _run(given: Asked) -> int:
    if given.act == "fingerprint":
        _fingerprint(given)
        return ACCEPTED
    recipe = recipe_of(given)
    act = keeping.check if given.act == "check" else keeping.convert
    report, written = act(given, recipe)
    if given.as_json:
        sys.stdout.write(f"{json.dumps(as_json(report))}\n")
    else:
        _tell(report, written)
    insist(given, recipe, report)
    return ACCEPTED if report.is_accepted else REJECTED


def _fingerprint(given: Asked) -> None:
    questions = given.files[0].read_text("utf-8-sig").splitlines()
    made = fingerprints(given.name, questions)
    if given.out is None or not made:
        raise Refused("no question has the eight words that it takes to tell it from others")
    given.out.write_bytes(encoded(made))
    sys.stdout.write(f"{len(made):,} fingerprints of {len(questions):,} questions written to {given.out}\n")


def _tell(report: Report, written: Written | None) -> None:
    console = Console(highlight=False)
    width = min(console.width, MOST_WIDTH) if console.is_terminal else WIDTH
    for line in told(report, written, width):
        console.print(line, soft_wrap=True)


def _could_not_look(why: str) -> int:
    sys.stderr.write(f"{why}\n")
    return COULD_NOT_LOOK

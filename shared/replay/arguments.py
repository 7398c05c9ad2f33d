"""What the operator asks for."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from shared.adapters.service_bus import INTAKE
from shared.core.stages import Step
from shared.intake import LOOKBACK

QUEUES = (INTAKE, *(step.value for step in Step))
STATUS = "Exit status: 0 done, 2 not or not wholly done. Reads the app settings from the environment."


@dataclass(frozen=True)
class Asked:
    """One call of the command."""

    what: Literal["dead-letters", "drops"]
    queues: tuple[str, ...]
    since: datetime | None  #: UTC; `None`: as far back as the sweep looks
    prefix: str
    dry_run: bool


def asked(arguments: Sequence[str] | None = None) -> Asked:
    """Read the command line. Leaves with status 2 if it makes no sense, and with 0 if it asks for help."""
    given = _parser().parse_args(arguments)
    return Asked(given.what, tuple(given.queues or QUEUES), given.since, given.prefix, given.dry_run)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tunedrop replay", description="Do again what got lost.", epilog=STATUS)
    parts = parser.add_subparsers(dest="what", required=True, metavar="dead-letters|drops")
    letters = parts.add_parser("dead-letters", help="give queues back the messages they gave up", epilog=STATUS)
    letters.add_argument("--queue", action="append", dest="queues", choices=QUEUES, help="only this one (repeatable)")
    letters.set_defaults(since=None, prefix="")
    drops = parts.add_parser("drops", help="announce again what the container holds", epilog=STATUS)
    drops.add_argument(
        "--since", type=_moment, metavar="TIME", help=f"uploaded since then (default: {LOOKBACK.days} days ago)"
    )
    drops.add_argument("--prefix", default="", help="only names that begin so, such as support/")
    drops.set_defaults(queues=None)
    for part in (letters, drops):
        part.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
    return parser


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"found {text!r}; expected a time such as 2026-11-24T09:00Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

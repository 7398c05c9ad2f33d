"""The worker's own indexer, for tests: which functions Azure would find, or why it would find none.

`python -m local.functions_host.indexing DIR` prints them as JSON; `index` runs that in a process of its
own, because the worker's registry of functions can hold one app only.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from local.functions_host.errors import AppRefused
from local.functions_host.worker import start_worker

REFUSED_EXIT_CODE = 3


class IndexedFunction(NamedTuple):
    name: str
    #: as function.json would hold them
    bindings: list[Mapping[str, Any]]


def index(folder: Path) -> list[IndexedFunction]:
    """The functions of the app in the folder; raises `AppRefused` with the worker's own message."""
    command = [sys.executable, "-m", "local.functions_host.indexing", str(folder.resolve())]
    root = Path(__file__).parents[2]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603 - our own module
    if run.returncode == REFUSED_EXIT_CODE:
        raise AppRefused(run.stderr.strip())
    run.check_returncode()
    return [IndexedFunction(**function) for function in json.loads(run.stdout)]


def main() -> None:
    try:
        functions = asyncio.run(start_worker(Path(sys.argv[1])))
    except AppRefused as refusal:
        print(refusal, file=sys.stderr)
        sys.exit(REFUSED_EXIT_CODE)
    print(json.dumps([{"name": each.name, "bindings": each.bindings} for each in functions]))


if __name__ == "__main__":
    main()

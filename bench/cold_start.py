"""What a new instance does before its first message: importing `function_app`. And what has to be put in place for it.

`python -m bench.cold_start`. Each import is a process of its own; the seconds are given beside those of a bare
`import azure.functions` in turn, so that the ratio holds on a busy machine. Status 1: the ratio is over budget.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from importlib.metadata import Distribution, distribution
from pathlib import Path
from statistics import median

CHECKOUT = Path(__file__).resolve().parents[1]
ROUNDS = 7
BUDGET = 25.0  #: times a bare `import azure.functions`; the platform allows two minutes (Python build options, 2025-11)
SHOWN = 10
IMPORT_LINE = re.compile(r"import time:\s+(\d+) \|\s+\d+ \| +(\S+)")
OURS = ("function_app", "functions", "shared")


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="bench-") as empty:
        rounds = [
            (_seconds("azure.functions"), _seconds("function_app"), _seconds("function_app", empty))
            for _ in range(ROUNDS)
        ]
    bare, app, compiled_anew = (median(column) for column in zip(*rounds, strict=True))
    print(f"import function_app, median of {ROUNDS} processes:")
    print(f"  {app:.2f} s, {app / bare:.1f} x a bare import azure.functions ({bare:.2f} s); budget {BUDGET:g} x")
    print(f"  {compiled_anew:.2f} s without the compiled files that `make package` ships")
    print(f"  by package, in ms: {_listed(_own_milliseconds())}")
    sizes = _megabytes()
    print(f"packages that are deployed: {sum(sizes.values()):.0f} MB, of them {_listed(sizes)}")
    return 0 if app / bare <= BUDGET else 1


def _seconds(module: str, cache: str | None = None) -> float:
    """How long a new process takes to import a module; with compiled files from another folder, if one is named."""
    timed = f"import time; began = time.perf_counter(); import {module}; print(time.perf_counter() - began)"
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **({"PYTHONPYCACHEPREFIX": cache} if cache else {})}
    done = subprocess.run(
        [sys.executable, "-c", timed], cwd=CHECKOUT, env=environment, check=True, capture_output=True, text=True
    )
    return float(done.stdout)


def _own_milliseconds() -> Counter[str]:
    """The time spent in each package's own modules."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import function_app"],
        cwd=CHECKOUT,
        check=True,
        capture_output=True,
        text=True,
    )
    spent: Counter[str] = Counter()
    for microseconds, module in IMPORT_LINE.findall(done.stderr):
        spent[_package(module)] += int(microseconds) / 1000
    return spent


def _package(module: str) -> str:
    first, *rest = module.split(".")
    if first in OURS:
        return "this app"
    if first in sys.stdlib_module_names:
        return "the standard library"
    return ".".join([first, *rest[:2]]) if first == "azure" else first


def _megabytes() -> Counter[str]:
    """What each deployed package takes on disk."""
    names = re.findall(r"^([\w.-]+)==", (CHECKOUT / "requirements.txt").read_text("utf-8"), re.MULTILINE)
    return Counter({name: _bytes(distribution(name)) / 1e6 for name in names})


def _bytes(package: Distribution) -> int:
    paths = (Path(str(package.locate_file(file))) for file in package.files or ())
    return sum(path.stat().st_size for path in paths if path.is_file())


def _listed(figures: Counter[str]) -> str:
    return ", ".join(f"{name} {figure:.0f}" for name, figure in figures.most_common(SHOWN))


if __name__ == "__main__":
    sys.exit(main())

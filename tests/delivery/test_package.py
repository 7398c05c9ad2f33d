"""What is packed, and what a new instance has to load of it."""

import json
import re
import subprocess
import sys
from pathlib import Path

from tests.delivery.licences import CHECKOUT

DEPLOYED = {"function_app.py", "functions", "host.json", "recipes", "requirements.txt", "shared"}
LATE = {"openpyxl", "pyarrow", "rich", "shared.command"}  #: only where a table is read, or on a laptop


def kept(names: set[str]) -> set[str]:
    """What a top folder's names come to once .funcignore was followed."""
    lines = (CHECKOUT / ".funcignore").read_text("utf-8").splitlines()
    patterns = [line.strip("/") for line in lines if line.startswith("/")]
    return {name for name in names if not any(Path(name).match(pattern) for pattern in patterns)}


def tracked() -> set[str]:
    listed = subprocess.run(("git", "ls-files"), cwd=CHECKOUT, capture_output=True, check=True, text=True).stdout
    return {line.split("/")[0] for line in listed.splitlines()}


def test_only_the_app_is_deployed() -> None:
    assert kept(tracked()) == DEPLOYED
    assert kept({".python_packages", ".venv", "dist", "local.settings.json"}) == {".python_packages"}


def test_what_is_left_out_is_left_out_at_the_top_only() -> None:
    lines = (CHECKOUT / ".funcignore").read_text("utf-8").splitlines()
    assert [line for line in lines if not re.match(r"[#/]", line)] == []


def test_what_is_packed_is_what_is_not_left_out() -> None:
    makefile = (CHECKOUT / "Makefile").read_text("utf-8")
    copied = re.search(r"cp -R (.+) dist/app$", makefile, re.MULTILINE)
    assert copied
    assert set(copied[1].split()) == DEPLOYED


def test_a_new_instance_loads_nothing_that_few_drops_need() -> None:
    program = "import function_app, json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run((sys.executable, "-c", program), cwd=CHECKOUT, capture_output=True, check=True, text=True)
    assert LATE & set(json.loads(done.stdout)) == set()

"""What is installed, here and on the platform: pinned, hashed, and under licences that bind nobody."""

import re
from pathlib import Path

import pytest

from tests.delivery.licences import CHECKOUT, EXCEPTIONS, Package, deployed, is_permissive, licences, not_permissive

LOCKED = sorted(path.stem for path in CHECKOUT.glob("requirements*.txt"))
EDITED = sorted(path.stem for path in CHECKOUT.glob("requirements*.in"))
PIN = re.compile(r"^([A-Za-z0-9_.-]+)==(\S+)", re.MULTILINE)


def pins(file: Path) -> dict[str, str]:
    found = PIN.findall(file.read_text("utf-8"))
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in found}


def test_every_list_that_is_edited_has_one_that_is_installed() -> None:
    assert LOCKED == EDITED
    assert len(LOCKED) == 4


@pytest.mark.parametrize("name", LOCKED)
def test_every_package_is_pinned_and_has_the_hash_of_its_files(name: str) -> None:
    text = (CHECKOUT / f"{name}.txt").read_text("utf-8").replace("\\\n", "")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==\S+( +--hash=sha256:[0-9a-f]{64})+", line)] == []
    assert lines


@pytest.mark.parametrize("name", LOCKED)
def test_no_list_says_where_packages_come_from(name: str) -> None:
    for ending in ("in", "txt"):
        text = (CHECKOUT / f"{name}.{ending}").read_text("utf-8")
        assert "://" not in text
        assert "index" not in text


@pytest.mark.parametrize("name", LOCKED)
def test_what_is_edited_is_what_is_installed(name: str) -> None:
    assert pins(CHECKOUT / f"{name}.in").items() <= pins(CHECKOUT / f"{name}.txt").items()


@pytest.mark.parametrize("name", ["requirements-dev", "requirements-bench"])
def test_the_app_is_tested_and_measured_with_what_is_deployed(name: str) -> None:
    assert pins(CHECKOUT / "requirements.txt").items() <= pins(CHECKOUT / f"{name}.txt").items()


def test_every_package_that_is_deployed_has_a_permissive_licence() -> None:
    found = licences()
    assert sorted(re.sub(r"[-_.]+", "-", one.name).lower() for one in found) == sorted(deployed())
    assert not_permissive(found) == []


@pytest.mark.parametrize(
    ("licence", "verdict"),
    [
        ("MIT", True),
        ("Apache-2.0 OR BSD-3-Clause", True),
        ("BSD-3-Clause AND (MIT OR Apache-2.0)", True),
        ("MIT License; BSD License", True),
        ("MPL-2.0 OR MIT", False),
        ("GNU General Public License v3 (GPLv3)", False),
        ("UNKNOWN", False),
        ("", False),
    ],
)
def test_a_licence_is_permissive_if_each_of_its_parts_is(licence: str, verdict: bool) -> None:  # noqa: FBT001
    assert is_permissive(licence) is verdict


def test_an_exception_is_for_one_package_and_one_licence() -> None:
    [name, *_] = EXCEPTIONS
    assert not_permissive([Package(name, "1", EXCEPTIONS[name])]) == []
    assert not_permissive([Package(name, "1", "AGPL-3.0")]) != []
    assert not_permissive([Package("another", "1", EXCEPTIONS[name])]) != []

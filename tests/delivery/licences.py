"""The licences of what is deployed. `python -m tests.delivery.licences FILE` writes them down; status 1 if one is not
permissive."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

CHECKOUT = Path(__file__).resolve().parents[2]
PERMISSIVE = (
    "0BSD",
    "Apache Software License",
    "Apache-2.0",
    "BSD License",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT License",
    "MIT-0",
    "PSF-2.0",
    "Zlib",
)
EXCEPTIONS = {  #: weak copyleft: binds changes to their own files, and they are used as they come
    "certifi": "Mozilla Public License 2.0 (MPL 2.0)",
    "orjson": "MPL-2.0 AND (Apache-2.0 OR MIT)",
}


class Package(NamedTuple):
    name: str
    version: str
    licence: str


def deployed() -> list[str]:
    """The names of the packages in requirements.txt."""
    pins = re.findall(r"^([\w.-]+)==", (CHECKOUT / "requirements.txt").read_text("utf-8"), re.MULTILINE)
    return [re.sub(r"[-_.]+", "-", name).lower() for name in pins]


def licences() -> list[Package]:
    """What the installed metadata of each deployed package says."""
    command = (sys.executable, "-m", "piplicenses", "--from", "mixed", "--format", "json", "--packages", *deployed())
    listed = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    return [Package(one["Name"], one["Version"], one["License"]) for one in listed]


def is_permissive(licence: str) -> bool:
    """Whether a licence expression names permissive licences only."""
    names = re.split(r"\s+(?:AND|OR)\s+|;\s*", re.sub(r"[()]", "", licence))
    return all(name in PERMISSIVE for name in names)


def not_permissive(packages: list[Package]) -> list[Package]:
    return [
        one for one in packages if not is_permissive(one.licence) and EXCEPTIONS.get(one.name.lower()) != one.licence
    ]


def main() -> int:
    found = licences()
    Path(sys.argv[1]).write_text(json.dumps([one._asdict() for one in found], indent=2) + "\n", "utf-8")
    wrong = not_permissive(found)
    for one in wrong:
        sys.stderr.write(f"{one.name} {one.version}: {one.licence!r} is not among the permissive licences\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

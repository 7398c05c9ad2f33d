"""The names we give to things in Foundry. They carry the run's id, so that what exists can be found again."""

import re

MAX_DEPLOYMENT_NAME = 64  #: letters, digits and hyphens; source: Microsoft's azure-skills, Aug 2026


def suffix(run_id: str) -> str:
    """The job's suffix: 18 characters, the shortest limit any source gives (portal documentation, 2026)."""
    return f"td{run_id}"


def file_prefix(run_id: str) -> str:
    """What the names of all files that a run uploads begin with."""
    return f"tunedrop-{run_id}-"


def file_name(run_id: str, part: str) -> str:
    """The name under which a part is uploaded: unique to run and part."""
    return f"{file_prefix(run_id)}{part}.jsonl"


def deployment_name(drop_name: str, run_id: str) -> str:
    """A name people recognise, unique to the run: a slug of the drop's name, then the run's id."""
    tail = f"-{run_id}"
    slug = re.sub(r"[^a-z0-9]+", "-", drop_name.rsplit("/", 1)[-1].split(".", maxsplit=1)[0].lower()).strip("-")
    return (slug or "run")[: MAX_DEPLOYMENT_NAME - len(tail)].rstrip("-") + tail

"""The chain of custody as links: what was checked is what was trained is what serves."""

from dataclasses import dataclass

from shared.core.lineage import Lineage


@dataclass(frozen=True)
class Link:
    """One link; without ids where the run has not come to it, or never will."""

    what: str
    ids: tuple[tuple[str, str], ...]  #: what each id is of (may be empty), and the id


def links(lineage: Lineage) -> list[Link]:
    read = [(name, one.sha256) for name, one in lineage.inputs.items()]
    origin = lineage.origin.model_dump() if lineage.origin else {}
    return [
        Link("Origin, as the recipe tells it", _known([*origin.items()])),
        Link("Dropped blob, ETag", tuple((name, one.etag) for name, one in lineage.inputs.items())),
        Link("Bytes as they were read, SHA-256", _known(read)),
        Link("Prepared file, SHA-256", tuple(lineage.prepared.items())),
        Link("Foundry file", _known(list((lineage.files or {}).items()))),
        Link("Fine-tuning job", _known([("", lineage.job)])),
        Link("Tuned model", _known([("", lineage.tuned_model)])),
        Link("Checkpoint", _known([("", lineage.checkpoint)])),
        Link("Deployment", _known([("", lineage.deployment)])),
    ]


def _known(ids: list[tuple[str, str | None]]) -> tuple[tuple[str, str], ...]:
    return tuple((of, one) for of, one in ids if one is not None)

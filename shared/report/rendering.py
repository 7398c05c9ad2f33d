"""Templates and values make HTML: every value is made plain, then escaped."""

import functools
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256

from jinja2 import Environment, PackageLoader, StrictUndefined

from shared.report import words
from shared.report.dataset import where
from shared.report.plain import cut, plain

FILTERS: dict[str, Callable[..., str]] = {
    "basis": words.basis,
    "clock": words.clock,
    "cost": words.cost,
    "count": words.count,
    "cut": cut,
    "figure": words.figure,
    "moment": words.moment,
    "seconds": words.seconds,
    "since": words.since,
    "tokens": words.tokens,
    "where": where,
}


def render(template: str, **values: object) -> str:
    """A page. A name that a template misspells is an error."""
    style = _environment().get_template("style.css").render()
    style_hash = b64encode(sha256(style.encode()).digest()).decode()
    return _environment().get_template(template).render(values, style=style, style_hash=style_hash)


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("shared.report"),
        autoescape=True,
        finalize=_plain,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(FILTERS)
    return environment


def _plain(value: object) -> object:
    return plain(value) if isinstance(value, str) and not hasattr(value, "__html__") else value

"""The formats we know: one file a family, and nothing else in this folder.

Each file gives `FORMATS`. Files are found, not listed: a new family is a new file here and its table of tests, and
nothing else changes.
"""

import importlib
import pkgutil
from functools import cache

from shared.core.prepare.format import AnyFormat


@cache
def known_formats() -> tuple[AnyFormat, ...]:
    """Every format, in the order in which they are tried."""
    families = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    formats: list[AnyFormat] = [one for family in families for one in family.FORMATS]
    return tuple(sorted(formats, key=lambda one: one.order))

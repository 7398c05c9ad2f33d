"""What people read: the pages, their headings, and where their links lead."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PAGES = sorted([*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/**/*.md"), *CHECKOUT.glob("samples/*.md")])
_FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]+`")
_LINK = re.compile(r"\[(?:[^\[\]]|\[[^\]]*\])*\]\(<?([^)>\s]+)>?(?:\s+\"[^\"]*\")?\)")
_HEADING = re.compile(r"^#{1,6} +(.+?)(?: +#+)?$", re.MULTILINE)


@cache
def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def links(page: Path) -> Iterator[str]:
    """The targets of the links on a page, without those that lead to another site."""
    prose = _CODE.sub("", _FENCED.sub("", text(page)))
    yield from (target for target in _LINK.findall(prose) if not re.match(r"[a-z]+:", target))


@cache
def anchors(page: Path) -> frozenset[str]:
    """The names under which GitHub shows the headings of a page; of those that are alike, the later have numbers."""
    seen: Counter[str] = Counter()
    found: set[str] = set()
    for heading in _HEADING.findall(_FENCED.sub("", text(page))):
        name = _slug(heading)
        found.add(f"{name}-{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return frozenset(found)


def _slug(heading: str) -> str:
    shown = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", shown.lower()).replace(" ", "-")


def headings(page: Path) -> list[str]:
    return _HEADING.findall(_FENCED.sub("", text(page)))

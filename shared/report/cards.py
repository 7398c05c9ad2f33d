"""A notice as the message that a Teams Workflows webhook takes: one Adaptive Card.

Drop names, reasons and the services' words stand in `RichTextBlock`s. In Teams, `TextBlock`, `Fact.title` and
`Fact.value` render Markdown (msteams-docs, "cards-format", 7 Nov 2024), and escaping it shows backslashes on phones
(microsoft/AdaptiveCards#5590, 2021). A `RichTextBlock` has no Markdown (Adaptive Cards documentation, "Text
features").
"""

import itertools
import json
import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from shared.core.notices import Message, Mood, Notice
from shared.core.run import Run
from shared.report.plain import cut, one_line

type Node = dict[str, object]

MOST_BYTES = 20_000  #: of the message as JSON; Teams refuses about 28 KB (msteams-docs, webhook limits, 2025)
TEXT_SIZES = (2_000, 400, 80, 20)  #: characters a text: the first that keeps the message under `MOST_BYTES`
MOST_NODES = 10  #: facts, and lines
NAME_WIDTH = "150px"

STYLES: dict[Mood, str] = {"good": "good", "attention": "warning", "bad": "attention", "neutral": "accent"}
SIGNS: dict[Mood, str] = {
    "good": "\N{CHECK MARK} Good news",
    "attention": "! Needs a look",
    "bad": "\N{MULTIPLICATION X} Stopped",
    "neutral": "\N{BULLET} For information",
}

_FUNCTION = re.compile(r"\{(?=\{)")


def card(run: Run, notice: Notice, pages_url: str | None) -> Node:
    """The whole message, under `MOST_BYTES` whatever the notice says. The pages are at `<pages_url>/runs/<id>`."""
    message: Node = {}
    for most in TEXT_SIZES:
        message = _message(run, notice, pages_url, most)
        if _size(message) <= MOST_BYTES:
            break
    return message


def _size(message: Node) -> int:
    r"""Bytes on the wire, were everything beyond ASCII sent as `\uXXXX`: the most it can be."""
    return len(json.dumps(message))


def _message(run: Run, notice: Notice, pages_url: str | None, most: int) -> Node:
    content: Node = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": _body(run, notice, most),
        "msteams": {"width": "Full"},
    }
    if pages_url:
        url = f"{pages_url.rstrip('/')}/runs/{quote(run.id, safe='')}"
        content["actions"] = [{"type": "Action.OpenUrl", "title": "Open the run", "url": url}]
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": content}
    return {"type": "message", "attachments": [attachment]}


def _body(run: Run, notice: Notice, most: int) -> list[Node]:
    message = notice.message
    return [
        _head(message, most),
        *_facts(message.facts, most),
        *_lines(message.lines, most),
        _foot(run, notice),
    ]


def _head(message: Message, most: int) -> Node:
    title = _text(cut(one_line(message.title), most), size="Large", weight="Bolder")
    sign = _text(SIGNS[message.mood], size="Small", weight="Bolder", isSubtle=True)
    return {"type": "Container", "style": STYLES[message.mood], "bleed": True, "items": [title, sign]}


def _foot(run: Run, notice: Notice) -> Node:
    ids = _text(f"run {run.id} \N{MIDDLE DOT} notice {notice.revision}", size="Small", isSubtle=True)
    return {**ids, "spacing": "Medium", "separator": True}


def _facts(facts: Mapping[str, str], most: int) -> list[Node]:
    shown = itertools.islice(facts.items(), MOST_NODES)
    return _group([_fact(cut(one_line(name), most), cut(one_line(fact), most)) for name, fact in shown], len(facts))


def _fact(name: str, fact: str) -> Node:
    columns = [
        {"type": "Column", "width": NAME_WIDTH, "items": [_text(name, isSubtle=True)]},
        {"type": "Column", "width": "stretch", "items": [_text(fact)]},
    ]
    return {"type": "ColumnSet", "spacing": "Small", "columns": columns}


def _lines(lines: Sequence[str], most: int) -> list[Node]:
    return _group([_text(cut(one_line(line), most)) for line in lines[:MOST_NODES]], len(lines))


def _group(nodes: Sequence[Node], of: int) -> list[Node]:
    """The nodes, set off from what is above them, and word of those left out."""
    rest = of - len(nodes)
    told = [_text(f"and {rest} more: see the run's page", isSubtle=True)] if rest else []
    return [{**node, "spacing": "Medium"} if at == 0 else node for at, node in enumerate([*nodes, *told])]


def _text(text: str, **look: object) -> Node:
    """Plain text. `{{DATE(...)}}` is the one thing a text run would act on: its braces are kept apart."""
    run: Node = {"type": "TextRun", "text": _FUNCTION.sub("{ ", text) or "\N{EM DASH}", **look}
    return {"type": "RichTextBlock", "spacing": "Small", "inlines": [run]}

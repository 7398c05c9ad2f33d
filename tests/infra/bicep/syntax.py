"""Bicep files as trees."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import tree_sitter_bicep
from tree_sitter import Language, Node, Parser

COMMENTS = ("comment", "diagnostic_comment")
DECLARED = ("parameter", "variable", "resource", "module", "output", "type")


class Declaration(NamedTuple):
    kind: str
    name: str
    node: Node
    decorators: dict[str, list[Node]]  #: the arguments of each, by its name


@cache
def parsed(path: Path) -> Node:
    """A parameter file is read with its parameters as variables, for the grammar knows no parameter files."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".bicepparam":
        lines = [line.replace("param ", "var ", 1) for line in text.splitlines() if not line.startswith("using ")]
        text = "\n".join(lines)
    return Parser(Language(tree_sitter_bicep.language())).parse(text.encode()).root_node


def faults(node: Node) -> Iterator[str]:
    """Where the tree holds what the grammar cannot read."""
    if node.is_error or node.is_missing:
        yield f"line {node.start_point.row + 1}: {text_of(node)[:60]!r}"
    for child in node.children:
        yield from faults(child)


def parts(node: Node) -> list[Node]:
    """The children that mean something."""
    return [child for child in node.named_children if child.type not in COMMENTS]


def text_of(node: Node) -> str:
    return (node.text or b"").decode()


def declarations(node: Node) -> Iterator[Declaration]:
    """Those of a file, or of a resource's body, each with the decorators that stand before it."""
    decorators: dict[str, list[Node]] = {}
    for child in parts(node):
        inner = parts(child)[0] if child.type == "object_property" else child
        kind = inner.type.removesuffix("_declaration")
        if child.type == "decorators":
            decorators = dict(_decorator(one) for one in parts(child))
        elif kind in DECLARED:
            yield Declaration(kind, text_of(parts(inner)[0]), inner, decorators)
            decorators = {}


def _decorator(node: Node) -> tuple[str, list[Node]]:
    name, arguments = parts(parts(node)[0])
    return text_of(name), parts(arguments)

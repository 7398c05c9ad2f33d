"""From the text of a query to its tree."""

from functools import cache
from importlib.resources import files

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

from local.insights.kql.values import QueryRefused

type Node = Tree[Token]


def parse(query: str) -> Node:
    """The tree of a query. Raises `QueryRefused` with the line that cannot be read."""
    try:
        return _parser().parse(query)  # pyright: ignore[reportUnknownMemberType]
    except UnexpectedInput as error:
        line = query.splitlines()[error.line - 1] if 0 < error.line <= query.count("\n") + 1 else ""
        raise QueryRefused(f"line {error.line}, column {error.column}: not in the subset: {line.strip()}") from error


@cache
def _parser() -> Lark:
    return Lark(files("local.insights.kql").joinpath("grammar.lark").read_text(), parser="lalr")


def nodes(tree: Node) -> list[Node]:
    """The parts of a node that are nodes; what was left out is none."""
    return [child for child in tree.children if isinstance(child, Tree)]


def words(tree: Node) -> list[str]:
    """The parts of a node that are words."""
    return [str(child) for child in tree.children if isinstance(child, Token)]


def kind(tree: Node) -> str:
    return tree.data

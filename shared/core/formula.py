"""The formula by which a grader of several parts makes one score of theirs.

Source: Foundry, "Reinforcement fine-tuning", Mar 2026: arithmetic, power written `^`, and eight functions. Python's own
parser reads the same texts; that it binds `^` less tightly does not matter to whether a formula is one.
"""

import ast
from collections.abc import Collection

FUNCTIONS = ("min", "max", "abs", "floor", "ceil", "exp", "sqrt", "log")
OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.BitXor, ast.USub, ast.UAdd)
SHAPES = (ast.Expression, ast.BinOp, ast.UnaryOp, ast.Load)


def fault_in(formula: str, names: Collection[str]) -> str | None:
    """Why it is no formula over these names; `None` if it is."""
    try:
        nodes = list(ast.walk(ast.parse(formula.strip(), mode="eval")))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "it cannot be read as a formula; expected one such as 0.5 * a + 0.5 * b"
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    faults = (_fault(node, FUNCTIONS if id(node) in called else names) for node in nodes)
    return next((fault for fault in faults if fault), None)


def _fault(node: ast.AST, names: Collection[str]) -> str | None:
    match node:
        case ast.Name(id=name):
            return None if name in names else f"found the name {name!r:.60}; known here: {', '.join(names)}"
        case ast.Pow():
            return "found **; a power is written ^"
        case ast.Constant(value=value) if type(value) in (int, float):
            return None
        case ast.Call(func=ast.Name(), args=[_, *_], keywords=[]):
            return None
        case _ if isinstance(node, SHAPES + OPERATORS):
            return None
        case _:
            return f"found more than numbers, graders, + - * / ^ and {', '.join(FUNCTIONS)}"

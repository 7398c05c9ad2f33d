"""What is wrong with a settings file, in words for whoever wrote it: the place, what was found, what may stand there.

What may stand there is read off the model's JSON Schema, so that a message says what an editor says.
"""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

type Schema = Mapping[str, Any]

KINDS = {"boolean": "true or false", "integer": "a whole number", "number": "a number", "object": "keys and values"}
BAD_KEY = "[key]"  #: how pydantic ends the place of a key, as against its value


def explained(error: ValidationError, model: type[BaseModel]) -> list[str]:
    """One line a place. A union reports each of its members: they come to the same line."""
    root = model.model_json_schema()
    lines: dict[str, str] = {}
    for detail in error.errors():
        place, line = _explained(detail, root)
        lines.setdefault(place, f"{place}: {line}")
    return list(lines.values())


def _explained(detail: ErrorDetails, root: Schema) -> tuple[str, str]:
    loc = detail["loc"]
    if detail["type"] == "extra_forbidden" or loc[-1] == BAD_KEY:
        *above, key = (str(part) for part in loc if part != BAD_KEY)
        place, node = _found(above, root)
        return ".".join(filter(None, [place, key])), _bad_key(key, node, root)
    place, node = _found(loc, root)
    if detail["type"].startswith("union_tag"):
        kind, members = node["discriminator"]["propertyName"], node["discriminator"]["mapping"]
        return f"{place}.{kind}", f"found {_shown(detail['input'].get(kind))}; expected {_either(members)}"
    if detail["type"] == "value_error":
        return place, str(detail["ctx"]["error"])  # pyright: ignore[reportTypedDictNotRequiredAccess]  # it has one
    found = "nothing" if detail["type"] == "missing" else _shown(detail["input"])
    return place, f"found {found}; expected {_expected(node, root)}"


def _found(loc: Sequence[str | int], root: Schema) -> tuple[str, Schema]:
    """The path as far as the document has keys for it (then come members of a union), and the schema there."""
    node, names = root, list[str]()
    for part in loc:
        if part in (members := node.get("discriminator", {}).get("mapping", {})):
            node = _resolved({"$ref": members[part]}, root)
            continue
        here = node.get("items") if isinstance(part, int) else node.get("properties", {}).get(part)
        below = here or node.get("additionalProperties")
        if not below:
            break
        names.append(str(part))
        node = _resolved(below, root)
    return ".".join(names), node


def _resolved(node: Schema, root: Schema) -> Schema:
    match node:
        case {"$ref": reference}:
            return _resolved(root["$defs"][reference.rsplit("/", 1)[-1]], root)
        case {"anyOf": [one, {"type": "null"}]}:
            return _resolved(one, root)
        case _:
            return node


def _bad_key(key: str, node: Schema, root: Schema) -> str:
    names = _resolved(node.get("propertyNames", {}), root)
    if "pattern" in names:
        return f"found the key {key!r:.60}; expected {_text(names)}"
    known = list(node.get("properties") or names["enum"])
    near = difflib.get_close_matches(key, known, n=1)
    meant = f"; did you mean {near[0]!r}?" if near else ""
    return f"unknown key{meant} (known: {', '.join(known)})"


def _shown(found: object) -> str:
    match found:
        case None:
            return "nothing"
        case bool():
            return str(found).lower()
        case Mapping():
            return "keys and values" if found else "no keys"
        case list():
            return "a list" if found else "an empty list"
        case _:
            return f"{found!r:.60}"


def _expected(node: Schema, root: Schema) -> str:
    match _resolved(node, root):
        case {"anyOf": members}:
            return " or ".join(_expected(member, root) for member in members)
        case {"const": value}:
            return str(value)
        case {"enum": words}:
            return _either(words)
        case {"type": "array"} as array:
            items = array.get("prefixItems") or [array["items"]]
            return f"a list of {' and '.join(_expected(item, root) for item in items)}"
        case {"type": "string"} as text:
            return _text(text)
        case other:
            return KINDS[other.get("type", "object")] + _range(other)  # a union of objects has no type of its own


def _either(words: Iterable[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} or {last}"


def _text(node: Schema) -> str:
    match node:
        case {"pattern": _, "description": described}:
            return described
        case {"format": "date"}:
            return "a date such as 2026-11-22"
        case {"minLength": least, "maxLength": most}:
            return f"text of {least:,} to {most:,} characters"
        case {"minLength": _}:
            return "text that is not empty"
        case _:
            return "text"


def _range(node: Schema) -> str:
    match node:
        case {"minimum": low, "maximum": high}:
            return f" from {low:,} to {high:,}"
        case {"exclusiveMinimum": low, "maximum": high}:
            return f" above {low:,} and up to {high:,}"
        case {"minimum": low}:
            return f", {low:,} or more"
        case {"exclusiveMinimum": low}:
            return f" above {low:,}"
        case _:
            return ""

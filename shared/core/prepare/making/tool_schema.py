"""What a tool takes, as JSON Schema: other ways to write it, and Python's names of types, brought to that.

The parameters of xLAM's tools are a mapping `{name: {type, description, default}}` with types such as "str, optional"
or "List[int]" (its shape as remembered: unconfirmed). BFCL and ToolACE write JSON Schema with Python's type names.
"""

import re
from collections.abc import Mapping
from typing import cast

type Schema = dict[str, object]

TYPES: Mapping[str, str] = {
    "str": "string",
    "string": "string",
    "text": "string",
    "char": "string",
    "date": "string",
    "datetime": "string",
    "callable": "string",
    "int": "integer",
    "integer": "integer",
    "long": "integer",
    "float": "number",
    "double": "number",
    "number": "number",
    "bool": "boolean",
    "boolean": "boolean",
    "dict": "object",
    "object": "object",
    "map": "object",
    "hashmap": "object",
    "list": "array",
    "array": "array",
    "arraylist": "array",
    "tuple": "array",
    "set": "array",
    "none": "null",
    "null": "null",
}
"""Names of types, and JSON Schema's for them."""

OPTIONAL = re.compile(r"\s*(,\s*optional\b.*|\(optional\)|,\s*default\b.*)$", re.IGNORECASE | re.DOTALL)
PARAMETERISED = re.compile(r"(?:typing\.)?(\w+)\[(.*)\]", re.DOTALL)
MAX_TYPE = 200  #: characters of a type's name that are looked at
SUBSCHEMAS = ("items", "additionalProperties", "not")
LISTS_OF_SCHEMAS = ("anyOf", "oneOf", "allOf")


def parameters_of(given: Schema, required: object = None) -> Schema:
    """Parameters as JSON Schema of type object. `required` is a list that stands beside them, if any."""
    as_mapping = not isinstance(given.get("type"), str) and "properties" not in given and "$ref" not in given
    schema = _from_mapping(given) if as_mapping else schema_of({"type": "object", **given})
    if isinstance(required, list) and "required" not in schema:
        schema["required"] = cast("object", required)
    return schema


def _from_mapping(given: Schema) -> Schema:
    schema: Schema = {"type": "object", "properties": {name: schema_of(each) for name, each in given.items()}}
    if required := [name for name, each in given.items() if _is_required(each)]:
        schema["required"] = required
    return schema


def _is_required(given: object) -> bool:
    if not isinstance(given, dict):
        return False
    parameter = cast("Schema", given)
    said = parameter.get("required")
    if isinstance(said, bool):
        return said
    return "default" not in parameter and not OPTIONAL.search(str(parameter.get("type"))[:MAX_TYPE])


def schema_of(given: object) -> Schema:
    """A schema with JSON Schema's names of types. What is no schema allows anything."""
    if not isinstance(given, dict):
        return {}
    schema = {**cast("Schema", given)}
    if isinstance(schema.get("required"), bool):
        del schema["required"]  # of a single parameter: its parent's list says it
    if "type" in schema:
        schema = _typed(schema.pop("type")) | schema
    if isinstance(properties := schema.get("properties"), dict):
        schema |= _with_properties(schema, cast("Schema", properties))
    return schema | _subschemas(schema)


def _subschemas(schema: Schema) -> Schema:
    made: Schema = {}
    for key in SUBSCHEMAS:
        if isinstance(schema.get(key), dict):
            made[key] = schema_of(schema[key])
    for key in LISTS_OF_SCHEMAS:
        if isinstance(choices := schema.get(key), list):
            made[key] = [schema_of(each) for each in cast("list[object]", choices)]
    return made


def _with_properties(schema: Schema, properties: Schema) -> Schema:
    made: Schema = {"properties": {name: schema_of(each) for name, each in properties.items()}}
    flagged = [name for name, each in properties.items() if _is_flagged(each)]
    if flagged and not isinstance(schema.get("required"), list):
        made["required"] = flagged
    if "required" in schema and schema["required"] is None:
        made["required"] = []
    return made


def _is_flagged(parameter: object) -> bool:
    return isinstance(parameter, dict) and cast("Schema", parameter).get("required") is True


def _typed(given: object) -> Schema:
    if isinstance(given, list):
        names = [TYPES.get(str(each).lower(), str(each)) for each in cast("list[object]", given)]
        return {"type": names}
    if given in TYPES.values():
        return {"type": given}
    return _named(given[:MAX_TYPE]) if isinstance(given, str) else {}


def _named(name: str) -> Schema:
    """The schema of a type's name; an unknown one allows anything."""
    bare = OPTIONAL.sub("", name).strip()
    if parameterised := PARAMETERISED.fullmatch(bare):
        return _of_parts(parameterised[1].lower(), _parts(parameterised[2]))
    if "|" in bare:
        return _any_of(bare.split("|"))
    known = TYPES.get(bare.lower())
    if known == "array":
        return {"type": "array", "items": {}}
    return {"type": known} if known else {}


def _of_parts(outer: str, parts: list[str]) -> Schema:
    if outer == "union":
        return _any_of(parts)
    if outer == "optional":
        return _named(parts[0])
    if outer in {"dict", "mapping"}:
        return {"type": "object", "additionalProperties": _named(parts[-1])}
    if outer in {"list", "set", "tuple", "sequence", "iterable", "array", "frozenset"}:
        inner = {part for part in parts if part != "..."}
        return {"type": "array", "items": _named(parts[0]) if len(inner) == 1 else {}}
    return _named(outer)


def _any_of(parts: list[str]) -> Schema:
    choices = [_named(part) for part in parts]
    return choices[0] if len(choices) == 1 else {"anyOf": choices}


def _parts(inside: str) -> list[str]:
    """What stands between the commas of a parameterised type, brackets kept together."""
    parts, depth = [""], 0
    for sign in inside:
        depth += (sign == "[") - (sign == "]")
        if sign == "," and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts]

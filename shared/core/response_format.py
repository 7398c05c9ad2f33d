"""The shape in which a model has to answer while a grader trains it: `response_format` of the fine-tuning API.

Source: Foundry, "Reinforcement fine-tuning", Oct 2026. The flat shape of earlier pages is not taken.
"""

from typing import Annotated, Any, Literal

from jsonschema import Draft202012Validator, SchemaError
from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from shared.core.values import Section


def _of_an_object(schema: dict[str, Any]) -> dict[str, Any]:
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        raise ValueError(f"found no JSON Schema: {error.json_path}: {error.message:.200}") from error
    if schema.get("type") != "object":
        raise ValueError("found no type 'object' at its top; an answer is an object")
    return schema


class AnswerSchema(Section):
    """A JSON Schema with a name."""

    model_config = ConfigDict(serialize_by_alias=True)

    name: Annotated[
        str,
        StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$"),
        Field(description="a name of letters, digits, _ and -"),
    ]
    strict: bool = True
    """Whether the model cannot but follow it."""
    of: Annotated[dict[str, Any], AfterValidator(_of_an_object), Field(alias="schema")]
    """The JSON Schema: of an object, since an answer is one."""


class ResponseFormat(Section):
    """JSON by a schema."""

    type: Literal["json_schema"]
    json_schema: AnswerSchema

    def lacks(self, path: str) -> bool:
        """Whether no answer can have what a grader's path into it names, such as `output_json.label`."""
        namespace, _, rest = path.partition(".")
        closed = self.json_schema.of.get("additionalProperties") is False
        return namespace == "output_json" and closed and bool(rest) and rest.split(".")[0] not in self._keys

    @property
    def _keys(self) -> frozenset[str]:
        return frozenset(self.json_schema.of.get("properties", {}))

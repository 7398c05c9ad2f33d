"""The base of everything that is stored: frozen, and closed to keys nobody declared."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """An immutable value with named fields. Unknown fields are an error, not a surprise."""

    model_config = ConfigDict(frozen=True, extra="forbid")

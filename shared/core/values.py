"""The bases of everything that is stored or set: frozen, and closed to keys nobody declared."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """An immutable value with named fields. Unknown fields are an error, not a surprise."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Section(Value):
    """A part of what people write. It is not converted: `yes` is no number, and no number is infinite."""

    model_config = ConfigDict(strict=True, allow_inf_nan=False, use_attribute_docstrings=True)

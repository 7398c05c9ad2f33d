"""What a format is, and what its conversions make of a row.

A format says for each training method it is good for how its rows become examples: usually row by row (`Convert`),
or, where an example takes several rows, by gathering those that belong together (`Gathering`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, NamedTuple

from msgspec import NODEFAULT, Struct, structs
from msgspec.json import Decoder

from shared.core.prepare.chat import Part
from shared.core.prepare.faults import Fault, Filtered, Tie, Unusable
from shared.core.prepare.keep import Condition
from shared.core.prepare.repeated_keys import Quotes
from shared.core.prepare.rule import Rule
from shared.core.prepare.targets import Method, Target

type Keys = frozenset[str]
type Companion = Callable[[str], str | None]
type Row = dict[str, object]

HAS_FIELDS = Rule(13, "fields", "reject", "give every row the fields of its format, each with the right kind of value")
LEAVES_OUT = Rule(21, "extra keys", "fix", "nothing to do, unless what they hold should be learnt")
IS_PREPARED = Rule(11, "format", "reject", "convert the file to chat or prompt/response rows")


def no_companion(_path: str) -> str | None:
    """Nothing: most files come alone."""
    return None


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the recipe and the drop ask of a conversion."""

    keep: tuple[Condition, ...] = ()  #: on the scores of scored rows
    min_margin: float | None = None  #: least gap between the scores of a preferred reply and the other (rule 92)
    reasoning: Literal["drop", "reject"] = "drop"  #: what to do with reasoning that was stored beside a reply (rule 42)
    companion: Companion = no_companion
    """The data URI of an image that came with the rows, by its path; `None` if there is none."""


class Example(NamedTuple):
    """A row made into what is trained on."""

    target: Target
    fixes: Sequence[Fault] = ()  #: what was repaired
    part: Part | None = None  #: where the row itself says it belongs


class Made(NamedTuple):
    """What was made of some rows of a group."""

    rows: Sequence[int]  #: their places in the group, from 0
    outcome: Example | Unusable | Filtered | Tie


type Convert[RowType] = Callable[[RowType, Wishes], Example]
"""One row to one example. Raises `Unusable`, `Filtered`, `Tie`."""


@dataclass(frozen=True)
class Gathering[RowType]:
    """How rows that belong together become examples: a prompt's answers, a tree's messages, a question and its reply.

    A group is put together once all rows are read; its rows come in the order of the file. Rows may be of several
    formats of one family that share this gathering.
    """

    name: str  #: of the gathering, its own
    group: Callable[[RowType], str]  #: equal for rows that belong together
    assemble: Callable[[Sequence[RowType], Wishes], Iterable[Made]]
    left: Fault  #: why a row that none of `assemble`'s outcomes names is rejected


class Quick(NamedTuple):
    """The example of a row that needs neither repair nor a closer look, and the text that the split goes by."""

    target: Target
    prompt: str
    is_sound: bool = False  #: made so that it cannot break a rule


def having(*names: str) -> Callable[[Keys], bool]:
    """A claim on rows that have all of these keys."""
    return frozenset(names).issubset


def any_row(_row: Row) -> bool:
    """The keys alone tell."""
    return True


def _never(_row: Struct) -> None:
    return None


def _as_it_is(row: Row) -> tuple[Row, Sequence[Fault]]:
    return row, ()


@dataclass(frozen=True)
class Format[RowType: Struct]:
    """One way in which people write an example down."""

    name: str  #: as reports call it
    order: int  #: tried from low to high, since several formats share field names
    fields: str  #: for people: the fields that mark it
    claims: Callable[[Keys], bool]  #: by the names of a row's keys
    row: type[RowType]  #: forbids unknown fields: a row's other keys are left out first, and that is reported
    converts: Mapping[Method, Convert[RowType] | Gathering[RowType]]  #: by method; the first is the one it is made for
    fits: Callable[[Row], bool] = any_row  #: by the values, where keys alone do not tell
    mend: Callable[[Row], tuple[Row, Sequence[Fault]]] = _as_it_is  #: repairs a row that does not fit `row`
    plain: Callable[[RowType], Quotes | None] = _never  #: the quotes of a row that needs no closer look, else `None`
    quick: Callable[[RowType, Wishes], Quick | None] | None = None
    """The same as the first of `converts`, for the rows that most are; `None` for any other. Raises `Filtered`."""
    quotes_less: int = 0  #: quotes around keys and texts that a quick row has less than its example
    rules: Mapping[str, Rule] = field(default_factory=dict[str, Rule])  #: by field, where it is not `HAS_FIELDS`

    @cached_property
    def decode(self) -> Callable[[bytes], RowType]:
        """JSON to a row. Raises `msgspec.ValidationError` if it does not fit."""
        return Decoder(self.row).decode

    @cached_property
    def decode_lines(self) -> Callable[[bytes], list[RowType]]:
        """The same for many lines at once. Raises `msgspec.DecodeError` if one of them does not fit."""
        return Decoder(self.row).decode_lines

    @cached_property
    def decode_cells(self) -> Callable[[bytes], RowType]:
        """The same for a table's row, whose values are all texts."""
        return Decoder(self.row, strict=False).decode

    @cached_property
    def natural(self) -> Method:
        """The method that rows like these are written for."""
        return next(iter(self.converts))

    @cached_property
    def keys(self) -> Keys:
        """The keys a row may have."""
        return frozenset(each.encode_name for each in structs.fields(self.row))

    @cached_property
    def required(self) -> Keys:
        """The keys a row must have."""
        every = structs.fields(self.row)
        return frozenset(e.encode_name for e in every if e.default is NODEFAULT and e.default_factory is NODEFAULT)


@dataclass(frozen=True)
class KnownFormat:
    """A format we know by name and do not prepare: its rows are rejected, and told why."""

    name: str
    order: int
    claims: Callable[[Keys], bool]
    refusal: Fault
    fits: Callable[[Row], bool] = any_row


type AnyFormat = Format[Any] | KnownFormat

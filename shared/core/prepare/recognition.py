"""From a record to an example: which format it is, and what that format makes of it.

Most rows of a file are alike and sound. So a row is first decoded as what the last one was, in one step that also
checks its shape; only a row that does not pass is taken apart, recognised by its keys, mended and explained.
"""

from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple, Self, cast

from msgspec import DecodeError, Struct, ValidationError
from msgspec.json import Decoder, encode

from shared.core.prepare import json_text
from shared.core.prepare.containers.record import Record
from shared.core.prepare.faults import Fault, Unusable, listed
from shared.core.prepare.format import (
    HAS_FIELDS,
    LEAVES_OUT,
    Example,
    Format,
    Gathering,
    KnownFormat,
    Made,
    Row,
    Wishes,
)
from shared.core.prepare.formats import known_formats
from shared.core.prepare.gathered import Waiting
from shared.core.prepare.making.chat_mending import REASONING_LEFT_OUT, REASONING_UNWANTED
from shared.core.prepare.making.raw_turns import objects_in
from shared.core.prepare.misfit import explain_misfit
from shared.core.prepare.repeated_keys import has_repeated_keys
from shared.core.prepare.rule import Rule
from shared.core.prepare.targets import Method

IS_KNOWN = Rule(11, "format", "reject", "name the fields as one of the formats does")
IS_OBJECT = Rule(9, "rows", "reject", "write each row as a JSON object: {...}")
MOST_KEY_SETS = 10_000  #: remembered; a file whose every row has keys of its own must not fill the memory
KEYS_FOLDED = Fault(
    Rule(13, "fields", "fix", "nothing to do"), "keys were written in another case, or with white space around them"
)
MARK_REMOVED = Fault(Rule(5, "UTF-8", "fix", "nothing to do"), "a byte order mark in front of the row was removed")

KINDS: Mapping[type, str] = {
    list: "a list",
    str: "a text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    type(None): "null",
}

LIST_NAMED = Fault(
    Rule(9, "rows", "fix", "nothing to do"), "rows that were bare lists of messages became objects that hold them"
)
BARE_LISTS: Mapping[str, frozenset[str]] = {
    "messages": frozenset({"role", "content"}),
    "conversations": frozenset({"from", "value"}),
}
"""Keys of a row, by which a bare list of such objects belongs to it."""

SUITS_METHOD = Rule(11, "method", "reject", "put rows for different methods into files of their own")
METHODS: Mapping[Method, str] = {"sft": "supervised (sft)", "dpo": "preference (dpo)", "rft": "reinforcement (rft)"}

_decode_anything = Decoder().decode


class Votes:
    """What rows were taken for, whether they became examples or not."""

    def __init__(self) -> None:
        self.formats = Counter[str]()
        self.methods = Counter[Method]()  #: those that rows are written for

    def add(self, others: Self) -> None:
        """Count the votes of more rows."""
        self.formats.update(others.formats)
        self.methods.update(others.methods)


class Piece(NamedTuple):
    """A row that is only part of an example, to be put together with others of its family."""

    form: Format[Struct]
    family: str  #: equal for rows that belong together
    text: bytes  #: the row as JSON, as its format decodes it
    fixes: Sequence[Fault]


class Recogniser:
    """Reads one row after another, and counts what they are taken for. `name` says what all are taken for."""

    def __init__(self, wishes: Wishes, method: Method | None, name: str | None) -> None:
        self.method: Method | None = method  #: what rows become; by the first row that is recognised, where nobody says
        self._votes = Votes()
        self._wishes = wishes
        self._formats = [one for one in known_formats() if name in {None, one.name}]
        self._usual: Format[Struct] | None = None
        self._by_keys: dict[frozenset[str], Sequence[Format[Struct] | KnownFormat]] = {}

    @property
    def quick(self) -> Format[Struct] | None:
        """The format that the last rows were in, if most rows of it need no closer look."""
        usual = self._usual
        return usual if usual and usual.quick and self.method == usual.natural else None

    def begin(self) -> Votes:
        """Count anew from here; the votes of the rows to come."""
        self._votes = Votes()
        return self._votes

    def assembled(self, waiting: Sequence[Waiting]) -> tuple[Gathering[Struct], Iterable[Made]]:
        """How rows of one family are put together, and what comes of it."""
        forms = [_by_name(each.form) for each in waiting]
        conversion = forms[0].converts[self.method or forms[0].natural]
        if not isinstance(conversion, Gathering):
            raise TypeError(f"rows of {forms[0].name} are not gathered")
        rows = [form.decode_cells(each.row) for form, each in zip(forms, waiting, strict=True)]
        gathering = cast("Gathering[Struct]", conversion)
        return gathering, gathering.assemble(rows, self._wishes)

    def read(self, record: Record) -> Example | Piece:
        """The example a record holds, or the piece of one. Raises `Unusable`, `Filtered`, `Tie`."""
        if record.fault:
            raise Unusable(record.fault)
        if record.cells is not None:
            return self._from_row({**record.cells}, is_table=True)
        usual = self._usual
        if usual is None:
            return self._from_json(record.text)
        try:
            row = usual.decode(record.text)
        except (DecodeError, UnicodeDecodeError, RecursionError):
            return self._from_json(record.text)
        quotes = usual.plain(row)
        if quotes is None or has_repeated_keys(record.text, row, quotes):
            return self._from_json(record.text)
        self._count(usual)
        return self._converted(usual, row, record.text, ())

    def _from_json(self, text: bytes) -> Example | Piece:
        line = text.removeprefix(BOM_UTF8)
        row, fixes = _as_object(_decoded(line))
        if line is not text:
            fixes = [*fixes, MARK_REMOVED]
        made = self._from_row(row)
        return made._replace(fixes=[*made.fixes, *fixes]) if fixes else made

    def _from_row(self, row: Row, *, is_table: bool = False) -> Example | Piece:
        fixes: list[Fault] = []
        one = self._recognised(row)
        if one is None:
            row, fixes = _with_small_keys(row), [KEYS_FOLDED]
            one = self._recognised(row)
        if one is None:
            known = " | ".join(each.fields for each in known_formats() if isinstance(each, Format))
            raise Unusable(Fault(IS_KNOWN, f"no known format has the keys {listed(sorted(row)) or '(none)'}", known))
        self._count(one)
        if isinstance(one, KnownFormat):
            raise Unusable(one.refusal)
        row, mended = one.mend(row)
        if REASONING_LEFT_OUT in mended and self._wishes.reasoning == "reject":
            raise Unusable(REASONING_UNWANTED)
        row, left_out = _with_known_keys(one, row, is_table=is_table)
        text = encode(row)
        fitted = _fitted(one, text, is_table=is_table)
        if not is_table:
            self._usual = one
        return self._converted(one, fitted, text, [*fixes, *mended, *left_out])

    def _count(self, one: Format[Struct] | KnownFormat) -> None:
        self._votes.formats[one.name] += 1
        if isinstance(one, Format):
            self._votes.methods[one.natural] += 1
            self.method = self.method or one.natural

    def _converted(self, one: Format[Struct], row: Struct, text: bytes, fixes: Sequence[Fault]) -> Example | Piece:
        conversion = one.converts.get(self.method or one.natural)
        if conversion is None:
            raise Unusable(_unsuited(one, self.method or one.natural))
        if isinstance(conversion, Gathering):
            gathering = cast("Gathering[Struct]", conversion)
            return Piece(one, f"{gathering.name}\0{gathering.group(row)}", text, fixes)
        example = conversion(row, self._wishes)
        return example._replace(fixes=[*fixes, *example.fixes]) if fixes else example

    def _recognised(self, row: Row) -> Format[Struct] | KnownFormat | None:
        keys = frozenset(row)
        candidates = self._by_keys.get(keys)
        if candidates is None:
            candidates = [one for one in self._formats if one.claims(keys)]
            if len(self._by_keys) < MOST_KEY_SETS:
                self._by_keys[keys] = candidates
        return next((one for one in candidates if one.fits(row)), None)


def family_of(name: str) -> str:
    """What a format and those whose rows complete its own are called together."""
    one = next(one for one in known_formats() if one.name == name)
    conversions = one.converts.values() if isinstance(one, Format) else ()
    return next((each.name for each in conversions if isinstance(each, Gathering)), name)


@cache
def _by_name(name: str) -> Format[Struct]:
    return next(one for one in known_formats() if isinstance(one, Format) and one.name == name)


def _with_small_keys(row: Row) -> Row:
    return {key.strip().casefold(): value for key, value in row.items()}


def _with_known_keys(one: Format[Struct], row: Row, *, is_table: bool) -> tuple[Row, list[Fault]]:
    """The row without keys its format does not have, and without the empty cells of columns it may go without."""
    if is_table:
        row = {key: cell for key, cell in row.items() if cell or key in one.required}
    extra = sorted(row.keys() - one.keys)
    if not extra:
        return row, []
    fault = Fault(LEAVES_OUT, f"keys that are not learnt were left out: {listed(extra)}")
    return {key: value for key, value in row.items() if key in one.keys}, [fault]


def _decoded(line: bytes) -> object:
    try:
        row: object = _decode_anything(line)
    except (DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unusable(json_text.explain(line) or Fault(json_text.IS_JSON, "not JSON")) from error
    is_suspicious = json_text.may_be_deep(line) or has_repeated_keys(line, row)
    if is_suspicious and (fault := json_text.explain(line)):
        raise Unusable(fault)
    return row


def _as_object(row: object) -> tuple[Row, Sequence[Fault]]:
    """The row as an object: a bare list of messages is one without its key."""
    if isinstance(row, dict):
        return cast("Row", row), ()
    turns = objects_in(row)
    for key, fields in BARE_LISTS.items():
        if turns and turns == row and all(fields <= turn.keys() for turn in turns):
            return {key: turns}, (LIST_NAMED,)
    raise Unusable(Fault(IS_OBJECT, f"the row is {KINDS[type(row)]}, not an object", "an object: {...}"))


def _unsuited(one: Format[Struct], method: Method) -> Fault:
    possible = " or ".join(METHODS[each] for each in one.converts)
    return Fault(SUITS_METHOD, f"{one.name} rows cannot be trained on by the {METHODS[method]} method", possible)


def _fitted(one: Format[Struct], text: bytes, *, is_table: bool) -> Struct:
    decode = one.decode_cells if is_table else one.decode
    try:
        return decode(text)
    except ValidationError as error:
        misfit = explain_misfit(str(error))
        field = misfit.field.removeprefix(".")
        rule = one.rules.get(field.rpartition(".")[2], HAS_FIELDS)
        fault = Fault(rule, f"'{field}' {misfit.reason}", misfit.expected, misfit.place.removeprefix("."))
        raise Unusable(fault) from error

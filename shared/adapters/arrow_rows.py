"""The rows of Parquet and Arrow files as JSON lines, a batch at a time.

What JSON has no word for becomes: decimals, dates and times: text (ISO 8601); durations: their number of units; NaN
and Infinity: null; maps: objects, or lists of keys and values if the keys are no texts; bytes: text if they are UTF-8.
An image as Hugging Face stores it (`{bytes, path}`) becomes a data URI, or its path if it has no bytes. Inside of
objects null stands for a key that other rows have, and is left out. Other bytes, and other types, are refused.
"""

import base64
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import orjson

from shared.adapters.unreadable_table import UnreadableTable

# pyarrow comes without types (version 26)
pa: Any = import_module("pyarrow")
pc: Any = import_module("pyarrow.compute")
pq: Any = import_module("pyarrow.parquet")
ipc: Any = import_module("pyarrow.ipc")
types: Any = pa.types

type Array = Any
type DataType = Any

BATCH_BYTES = 4 * 1024 * 1024
MAX_BATCH_ROWS = 4096
INDEX = re.compile(r"(__index_level_\d+__)?")  #: what pandas calls an index that has no name, or nothing
IMAGE_KINDS = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF8", "gif"),
    (b"RIFF", "webp"),
)
OUT_OF_RANGE = "<value out of range"  #: what pyarrow writes for a moment that it cannot write
IMAGE_FIELDS = {"bytes", "path"}


def parquet_rows(path: str) -> Iterator[bytes]:
    """The rows of a Parquet file. Raises `UnreadableTable`, and what pyarrow raises for a damaged one."""
    with pq.ParquetFile(path, buffer_size=1024 * 1024, pre_buffer=False) as file:
        names = _names(file.schema_arrow)
        for number in range(file.num_row_groups):
            group = file.metadata.row_group(number)
            rows = _rows_a_batch(group.num_rows, group.total_byte_size)
            for batch in file.iter_batches(rows, row_groups=[number], use_threads=False):
                yield _json_lines(batch, names)


def arrow_rows(path: str) -> Iterator[bytes]:
    """The rows of an Arrow file. Raises like `parquet_rows`."""
    with pa.OSFile(path) as source, ipc.open_file(source) as file:
        for number in range(file.num_record_batches):
            yield from _in_slices(file.get_batch(number))


def arrow_stream_rows(path: str) -> Iterator[bytes]:
    """The rows of an Arrow stream. Raises like `parquet_rows`."""
    with pa.OSFile(path) as source, ipc.open_stream(source) as batches:
        for batch in batches:
            yield from _in_slices(batch)


def _in_slices(batch: Any) -> Iterator[bytes]:
    names = _names(batch.schema)
    rows = _rows_a_batch(batch.num_rows, batch.nbytes)
    for start in range(0, batch.num_rows, rows):
        yield _json_lines(batch.slice(start, rows), names)


def _rows_a_batch(rows: int, size: int) -> int:
    return max(1, min(MAX_BATCH_ROWS, rows * BATCH_BYTES // max(1, size)))


def _names(schema: Any) -> list[str]:
    """The columns that are read, in their order."""
    names = [name for name in schema.names if not INDEX.fullmatch(name)]
    if not names:
        raise UnreadableTable("the table has no columns", "a column for each part of a row")
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise UnreadableTable("two columns are named {}", "each name once", twice)
    return names


def _json_lines(batch: Any, names: list[str]) -> bytes:
    columns = [plain(batch.column(name), name) for name in names]
    rows = (dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True))
    return b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)


def plain(array: Array, place: str) -> list[Any]:
    """The values of an array as JSON has them. Raises `UnreadableTable` with the place, if JSON has no such values."""
    convert = next((convert for is_type, convert in CONVERSIONS if is_type(array.type)), None)
    if convert is None:
        reason = "the column {} holds values that are neither text, numbers, lists nor objects"
        raise UnreadableTable(reason, "a column of another type, or none", place)
    return convert(array, place)


def _as_it_is(array: Array, _place: str) -> list[Any]:
    return array.to_pylist()


def _as_text(array: Array, _place: str) -> list[Any]:
    return array.cast(pa.string()).to_pylist()


def _as_number(array: Array, _place: str) -> list[Any]:
    return array.cast(pa.int64()).to_pylist()


def _short_floats(array: Array, place: str) -> list[Any]:
    """With as few digits as tell them apart: 1.1, not 1.100000023841858."""
    return [text and float(text) for text in _as_text(array, place)]


def _timestamps(array: Array, place: str) -> list[Any]:
    zone = "Z" if array.type.tz else ""
    texts = array.cast(pa.timestamp(array.type.unit)).cast(pa.string()).to_pylist()
    if any(text and text.startswith(OUT_OF_RANGE) for text in texts):
        raise UnreadableTable("the column {} holds moments that no calendar has", "years up to 32767", place)
    return [text and _iso(text) + zone for text in texts]


def _iso(text: str) -> str:
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(" ", "T")


def _bytes(array: Array, place: str) -> list[Any]:
    try:
        return [None if value is None else value.decode() for value in array.cast(pa.large_binary()).to_pylist()]
    except UnicodeDecodeError:
        expected = "text, or images as {bytes, path}"
        raise UnreadableTable("the column {} holds bytes that are no text", expected, place) from None


def _lists(array: Array, place: str) -> list[Any]:
    values = iter(plain(array.flatten(), place))
    lengths = pc.list_value_length(array).to_pylist()
    return [None if length is None else [next(values) for _ in range(length)] for length in lengths]


def _structs(array: Array, place: str) -> list[Any]:
    names = [field.name for field in array.type]
    fields = [_field(array, number, place) for number in range(len(names))]
    cells = zip(*fields, strict=True) if fields else ((),) * len(array)
    values = ({name: value for name, value in zip(names, row, strict=True) if value is not None} for row in cells)
    return [value if valid else None for value, valid in zip(values, array.is_valid().to_pylist(), strict=True)]


def _field(array: Array, number: int, place: str) -> list[Any]:
    """A field, in which what stands under a missing object is missing as well."""
    return plain(array.flatten()[number], f"{place}.{array.type[number].name}")


def _images(array: Array, place: str) -> list[Any]:
    contents, paths = (array.flatten()[array.type.get_field_index(name)].to_pylist() for name in ("bytes", "path"))
    return [_data_uri(content, place) if content else path for content, path in zip(contents, paths, strict=True)]


def _data_uri(content: bytes, place: str) -> str:
    kind = next((kind for magic, kind in IMAGE_KINDS if content.startswith(magic)), None)
    if kind is None:
        raise UnreadableTable("the column {} holds files that are no images", "PNG, JPEG, GIF or WebP", place)
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


def _maps(array: Array, place: str) -> list[Any]:
    entries = pa.ListArray.from_arrays(array.offsets, pa.StructArray.from_arrays([array.keys, array.items], ["k", "v"]))
    keys, items = (plain(field, place) for field in entries.flatten().flatten())
    pairs = iter(zip(keys, items, strict=True))
    lengths = pc.list_value_length(entries).to_pylist()
    maps = [[next(pairs) for _ in range(length)] for length in lengths]
    are_objects = types.is_string(array.type.key_type) or types.is_large_string(array.type.key_type)
    values = [dict(one) if are_objects else [{"key": key, "value": item} for key, item in one] for one in maps]
    return [value if valid else None for value, valid in zip(values, array.is_valid().to_pylist(), strict=True)]


def _decoded(array: Array, place: str) -> list[Any]:
    return plain(array.dictionary_decode(), place)


def _storage(array: Array, place: str) -> list[Any]:
    return plain(array.storage, place)


def _is_image(kind: DataType) -> bool:
    if not types.is_struct(kind) or {field.name for field in kind} != IMAGE_FIELDS:
        return False
    return types.is_binary(kind.field("bytes").type) or types.is_large_binary(kind.field("bytes").type)


def _is_extension(kind: DataType) -> bool:
    return isinstance(kind, pa.BaseExtensionType)


CONVERSIONS: tuple[tuple[Callable[[DataType], bool], Callable[[Array, str], list[Any]]], ...] = (
    (types.is_string, _as_it_is),
    (types.is_large_string, _as_it_is),
    (types.is_string_view, _as_it_is),
    (types.is_integer, _as_it_is),
    (types.is_float32, _short_floats),
    (types.is_floating, _as_it_is),
    (types.is_boolean, _as_it_is),
    (types.is_null, _as_it_is),
    (_is_image, _images),
    (types.is_struct, _structs),
    (types.is_map, _maps),
    (types.is_list, _lists),
    (types.is_large_list, _lists),
    (types.is_fixed_size_list, _lists),
    (types.is_dictionary, _decoded),
    (types.is_timestamp, _timestamps),
    (types.is_date, _as_text),
    (types.is_time, _as_text),
    (types.is_decimal, _as_text),
    (types.is_duration, _as_number),
    (types.is_binary, _bytes),
    (types.is_large_binary, _bytes),
    (types.is_fixed_size_binary, _bytes),
    (types.is_binary_view, _bytes),
    (_is_extension, _storage),
)

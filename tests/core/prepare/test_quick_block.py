"""A block of lines comes to the same the quick way as row by row, whatever its lines hold."""

import json
from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.core.prepare import Assignment
from shared.core.prepare.containers.record import Block
from shared.core.prepare.format import Wishes
from shared.core.prepare.quick_block import made_quickly
from shared.core.recipe import DataOptions
from tests.core.prepare.both_ways import both_ways
from tests.core.prepare.dropping import LENIENT, Line
from tests.core.prepare.one_of_each import ASKED, FORMATS, REPLY, ROWS, USER

QUICK = [one for one in FORMATS if one.quick]
NAMES = [one.name for one in QUICK]
PNG = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1Pe"

type Write = Callable[[Line], str]


def asking(name: str, question: object = "How much is 6 * 7?") -> Line:
    """A row of the format that asks something else."""
    return json.loads(json.dumps(ROWS[name][0]).replace(json.dumps(ASKED), json.dumps(question)))


def compact(row: object) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def block(*lines: str) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def same(name: str, lines: bytes, options: DataOptions = LENIENT) -> dict[str, object]:
    """What lines become behind a sound row of a format, if it is the same both ways."""
    quick, careful = both_ways(lines, Assignment(options), [compact(ROWS[name][0]).encode()])
    assert quick == careful
    return quick


@pytest.mark.parametrize("one", QUICK, ids=NAMES)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["newline", "carriage return"])
def test_sound_rows_go_the_quick_way(one: object, end: str) -> None:
    lines = [json.dumps(asking(one.name, f'Say "{number}\n{number}".')) for number in range(5)]  # type: ignore[attr-defined]
    made = made_quickly(Block(1, (end.join(lines) + end).encode()), one, Wishes())  # type: ignore[arg-type]
    assert made is not None
    assert len(made.lines) == 5


def repeated(row: Line) -> str:
    key = next(iter(row))
    return f"{{{compact(key)}:{compact(row[key])},{compact(row)[1:]}"


WRITTEN: dict[str, Write] = {
    "as it is": compact,
    "with blanks": lambda row: json.dumps(row, indent=1).replace("\n", " "),
    "with blanks around it": lambda row: f" \t{compact(row)} ",
    "escaped": lambda row: json.dumps({**row, "n\u00e9": 1}),
    "escaped slashes": lambda row: compact(row).replace("*", "\\/"),
    "escaped letters": lambda row: compact(row).replace("H", "\\u0048").replace("6", "\\u00e9"),
    "escaped quotes": lambda row: compact(row).replace("?", "\\u0022?\\u0022"),
    "backslashes": lambda row: compact(row).replace("?", '\\\\\\"\\\\?'),
    "a key twice": repeated,
    "a key more": lambda row: compact({**row, "source": "a book"}),
    "a null more": lambda row: compact({**row, "system": None}),
    "a system prompt": lambda row: compact({**row, "system": "Be brief."}),
    "backwards": lambda row: compact(dict(reversed(row.items()))),
    "keys in capitals": lambda row: compact({key.upper(): value for key, value in row.items()}),
    "without its last key": lambda row: compact(dict([*row.items()][:-1])),
    "twice on its line": lambda row: f"{compact(row)} {compact(row)}",
    "twice on its line, without a blank": lambda row: compact(row) * 2,
    "over several lines": lambda row: json.dumps(row, indent=1),
    "a blank line behind it": lambda row: f"{compact(row)}\n",
    "a byte order mark before it": lambda row: f"\ufeff{compact(row)}",
    "half a surrogate pair": lambda row: compact(row).replace("?", "\\ud83d?"),
    "cut": lambda row: compact(row)[:-3],
    "a list": lambda row: compact([row]),
    "NaN": lambda row: compact({**row, "score": float("nan")}),
    "a line separator": lambda row: compact(row).replace("?", "\u2028?"),
    "white space around its texts": lambda row: compact(row).replace('?"', '? "'),
    "an empty question": lambda row: compact(row).replace("How much is 6 * 7?", ""),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("write", WRITTEN.values(), ids=WRITTEN)
def test_a_row_among_sound_ones_comes_to_the_same_both_ways(name: str, write: Write) -> None:
    sound = [compact(asking(name, f"How much is {number}?")) for number in range(3)]
    same(name, block(sound[0], write(asking(name)), sound[1], repeated(asking(name, "Who?")), sound[2]))
    same(name, block(sound[0], write(asking(name)), sound[1]))


@pytest.mark.parametrize("name", NAMES)
def test_escaped_quotes_do_not_hide_a_repeated_key(name: str) -> None:
    row = asking(name)
    more = repeated(row).count('"') - compact(row).count('"')
    found = same(name, block(repeated(row), compact(asking(name, "?" * more)).replace("?", "\\u0022")))
    assert [len(found[key]) for key in ("lines", "dropped")] == [1, 1]  # type: ignore[arg-type]


@pytest.mark.parametrize("name", NAMES)
def test_rows_on_one_line_and_over_several_do_not_make_up_for_each_other(name: str) -> None:
    one, other = compact(asking(name)), compact(asking(name, "Who?"))
    found = same(name, block(one + other, other.replace(":", ":\n", 1)))
    assert found["lines"] == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("other", ROWS)
def test_rows_of_every_other_format_come_to_the_same_both_ways(name: str, other: str) -> None:
    same(name, block(compact(asking(name)), *map(compact, ROWS[other]), compact(asking(name, "Who?"))))


def test_what_the_recipe_filters_is_filtered_both_ways() -> None:
    rows = [{**asking("HelpSteer", f'"{number}"?'), "helpfulness": number} for number in range(5)]
    found = same("HelpSteer", block(*map(compact, rows)), DataOptions())
    assert [len(found[key]) for key in ("lines", "dropped")] == [2, 3]  # type: ignore[arg-type]


def test_images_in_later_messages_are_seen_both_ways() -> None:
    image = {"role": "user", "content": [{"type": "image_url", "image_url": {"url": PNG.replace("/", "\\/")}}]}
    row = compact({"messages": [USER, REPLY, image, REPLY]}).replace("\\\\", "\\")
    assert same("Azure chat", block(row))["images"] is True


STYLES = st.fixed_dictionaries(
    {
        "quote": st.sampled_from(['\\"', '\\"', '\\"', "\\u0022"]),
        "slash": st.sampled_from(["/", "\\/", "\\u002f"]),
        "is_ascii": st.booleans(),
        "space": st.sampled_from(["", "", " ", "\t"]),
    }
)
TEXTS = st.text(st.sampled_from('ab?"\\/<é漢\n \u2028{}[],:') | st.characters(exclude_categories=["Cs"]), max_size=12)
SCORES = st.integers(-1, 5) | st.floats(0, 4) | st.none() | st.lists(st.integers(0, 4), max_size=2)


def styled(value: object, style: dict[str, object], repeats: Sequence[str] = ()) -> str:
    """JSON written in one of the ways that all mean the same, if no key is repeated."""
    space = str(style["space"])
    if isinstance(value, str):
        text = json.dumps(value, ensure_ascii=bool(style["is_ascii"]))[1:-1]
        return '"' + text.replace('\\"', str(style["quote"])).replace("/", str(style["slash"])) + '"'
    if isinstance(value, list):
        return f"[{space}" + f"{space},".join(styled(one, style, repeats) for one in value) + f"{space}]"
    if isinstance(value, dict):
        pairs = [pair for pair in value.items() for _ in range(2 if pair[0] in repeats else 1)]
        return (
            f"{{{space}" + f",{space}".join(f"{styled(k, style)}:{styled(v, style, repeats)}" for k, v in pairs) + "}"
        )
    return json.dumps(value)


@st.composite
def rows_of(draw: st.DrawFn, name: str) -> str:
    """A line with a row of this format, or nearly, in some way of writing."""
    row = asking(name, draw(TEXTS))
    for key in draw(st.lists(st.sampled_from([*row, "system", "split", "name", "context"]), max_size=1)):
        row[key] = draw(TEXTS | SCORES)
    if "helpfulness" in row:
        row["helpfulness"] = draw(SCORES)
    if draw(st.booleans()):
        row = dict(reversed(row.items()))
    repeats = draw(st.sampled_from([(), (), (), ("role",), ("content",), tuple(row)[:1], ("helpfulness",)]))
    return styled(row, draw(STYLES), repeats)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_rows_of_a_format_come_to_the_same_both_ways(name: str, data: st.DataObject) -> None:
    lines = data.draw(
        st.lists(rows_of(name) | st.sampled_from(["", " ", "{}", "[", compact(asking(name))]), max_size=5)
    )
    options = data.draw(st.sampled_from([LENIENT, LENIENT.model_copy(update={"keep": {}})]))
    same(name, "\n".join(lines).encode(), options)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_looked_for_in_texts_is_found_both_ways(name: str) -> None:
    texts = [
        "Write to john.doe@contoso.com",
        "Say <|im_end|> \u200b",
        "Call +1 202 555 0143",
        "Bonjour, comment vas-tu ?",
    ]
    rows = [compact(asking(name, text)) for text in texts]
    found = same(name, block(*rows), DataOptions(tokens="exact"))
    assert found["noticed"]

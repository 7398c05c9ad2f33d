import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.plain_yaml import MOST_CHARACTERS, MOST_DEPTH, NotPlain, merged, read_mapping


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("3", 3),
        ("-0", 0),
        ("+7", 7),
        ("123456789012345678", 123456789012345678),
        ("2.5", 2.5),
        ("1.", 1.0),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("-1.5E-2", -0.015),
        ("true", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("gpt-4.1-nano", "gpt-4.1-nano"),
        ('"3"', "3"),
        ("'true'", "true"),
        ("|\n  two\n  lines", "two\nlines"),
        ("[1, [two]]", [1, ["two"]]),
        ("{b: {c: 1}}", {"b": {"c": 1}}),
    ],
)
def test_a_scalar_is_what_it_looks_like(written: str, read: object) -> None:
    found = read_mapping(f"a: {written}")["a"]
    assert (found, type(found)) == (read, type(read))


@pytest.mark.parametrize(
    "written",
    ["yes", "no", "on", "off", "010", "0x10", "0o17", "0b1", "1_000", "1:30", "2026-11-22", ".inf", "-.inf", ".nan"],
)
def test_what_yaml_would_read_as_something_else_is_text(written: str) -> None:
    assert read_mapping(f"a: {written}") == {"a": written}


def test_a_number_too_long_to_be_one_is_text() -> None:
    assert read_mapping("a: 1234567890123456789") == {"a": "1234567890123456789"}
    assert read_mapping(f"a: {'9' * 5_000}") == {"a": "9" * 5_000}


@pytest.mark.parametrize("text", ["", "# only a comment\n", "~", "---\n", "\n\n", "\ufeff"])
def test_an_empty_document_has_no_keys(text: str) -> None:
    assert read_mapping(text) == {}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: 1\nb: 2\na: 3\n", "line 3, column 1: the key 'a' is given twice"),
        ("a: {b: 1, b: 1}", "line 1, column 11: the key 'b' is given twice"),
        ("- a: 1\n- b: 2", "line 1, column 1: found [{'a': 1}, {'b': 2}]; expected keys and values"),
        ("just text", "line 1, column 1: found 'just text'; expected keys and values"),
        ("a: 1\n---\nb: 2", "line 2, column 1: a second document begins; one is read"),
        ("1.5: one", "line 1, column 1: a key must be printable text; found 1.5"),
        ("true: one", "line 1, column 1: a key must be printable text; found True"),
        ("1: one\n'1': two", "line 2, column 1: the key '1' is given twice"),
        ("? [a, b]\n: 1", "line 1, column 3: a key must be printable text; found ['a', 'b']"),
        ('"a\\nb": 1', "line 1, column 1: a key must be printable text; found 'a\\nb'"),
        ("a: &x [1]\nb: *x", "line 1, column 4: anchors (&) and aliases (*) are not taken; write the value out"),
        ("a: *x", "line 1, column 4: anchors (&) and aliases (*) are not taken; write the value out"),
        ("&x a: 1", "line 1, column 1: anchors (&) and aliases (*) are not taken; write the value out"),
        ("a: !!int 3", "line 1, column 4: tags are not taken; found 'tag:yaml.org,2002:int'"),
        ("a: ! 3", "line 1, column 4: tags are not taken; found '!'"),
        (
            "a: !!python/object/apply:os.system [id]",
            "line 1, column 4: tags are not taken; found 'tag:yaml.org,2002:python/object/apply:os.system'",
        ),
        ("a: [", "line 1, column 5: not YAML: expected the node content, but found '<stream end>'"),
        ("a: b: c", "line 1, column 5: not YAML: mapping values are not allowed here"),
        ("a: 1\n\tb: 2", "line 2, column 1: not YAML: found character '\\t' that cannot start any token"),
        ("a: \x00", "not YAML: unacceptable character #x0000: special characters are not allowed"),
        ('a: "\\ud800"', "line 1, column 4: half a surrogate pair is no character"),
        ("a" * (MOST_CHARACTERS + 1), "327,681 characters; at most 327,680 are read"),
    ],
)
def test_what_is_more_than_plain_is_refused_with_its_place(text: str, why: str) -> None:
    with pytest.raises(NotPlain) as refusal:
        read_mapping(text)
    assert str(refusal.value) == why


@pytest.mark.parametrize("text", ["keep:\n  helpfulness: >=3", "keep: {helpfulness: >=3}", "keep: {helpfulness: > 3}"])
def test_an_unquoted_comparison_is_explained(text: str) -> None:
    with pytest.raises(NotPlain, match=r'; write a comparison in quotes, such as ">=3"$'):
        read_mapping(text)


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_nesting_is_refused_long_before_it_exhausts_the_stack(opening: str) -> None:
    with pytest.raises(NotPlain, match="nested too deep; at most 20 levels are read"):
        read_mapping("a:\n " + opening * 10_000)


def test_the_deepest_nesting_that_is_read_is_read() -> None:
    levels = MOST_DEPTH - 2  # the document and the scalar are levels too
    read_mapping("a: " + "[" * levels + "1" + "]" * levels)
    with pytest.raises(NotPlain, match="nested too deep"):
        read_mapping("a: " + "[" * (levels + 1) + "1" + "]" * (levels + 1))


def test_a_document_of_the_greatest_length_is_read() -> None:
    assert read_mapping("a: " + "b" * (MOST_CHARACTERS - 3)) == {"a": "b" * (MOST_CHARACTERS - 3)}


@given(st.text(alphabet="ab:-[]{}&*!|>'\"%@`,#?=<~\\0123.\n \t\x85\u2028\ufeff"))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        mapping = read_mapping(text)
    except NotPlain:
        return
    assert all(isinstance(key, str) for key in mapping)


texts = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=20)
documents = st.dictionaries(
    texts,
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(10**17), 10**17)
        | st.floats(allow_nan=False, allow_infinity=False)
        | texts,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
        max_leaves=10,
    ),
)


def test_a_whole_number_as_a_key_is_the_text_it_is_written_as() -> None:
    assert read_mapping("1: one\n-20: two") == {"1": "one", "-20": "two"}


@given(documents)
def test_json_is_read_as_json(document: dict[str, object]) -> None:
    assert read_mapping(json.dumps(document, ensure_ascii=False)) == document


@pytest.mark.parametrize(
    ("base", "top", "result"),
    [
        ({"a": 1}, {}, {"a": 1}),
        ({"a": 1}, {"a": 2}, {"a": 2}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 3}}, {"a": {"b": 3, "c": 2}}),
        ({"a": {"b": 1}}, {"a": None}, {"a": None}),
        ({"a": 1}, {"a": {"b": 2}}, {"a": {"b": 2}}),
        ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
        ({"a": {"keep": {"x": 1}}}, {"a": {"keep": {"y": 2}}}, {"a": {"keep": {"y": 2}}}),
    ],
)
def test_mappings_are_laid_over_each_other_key_by_key(
    base: dict[str, object], top: dict[str, object], result: dict[str, object]
) -> None:
    before = json.dumps([base, top])
    assert merged(base, top, whole={"keep"}) == result
    assert json.dumps([base, top]) == before

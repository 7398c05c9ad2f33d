import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.formula import FUNCTIONS, fault_in

NAMES = {"exact": 1, "fuzzy": 2}


@pytest.mark.parametrize(
    "formula",
    [
        "exact",
        "0.5 * exact + 0.5 * fuzzy",
        "(exact + fuzzy) / 2",
        " max(exact, fuzzy) - 1e-3 ",
        "min(1, floor(exact) ^ 2, +ceil(fuzzy))",
        "sqrt(abs(-exact)) + log(1 + exp(fuzzy))",
        "1",
    ],
)
def test_arithmetic_over_graders_is_a_formula(formula: str) -> None:
    assert fault_in(formula, NAMES) is None


UNREADABLE = "it cannot be read as a formula; expected one such as 0.5 * a + 0.5 * b"
MORE = "found more than numbers, graders, + - * / ^ and min, max, abs, floor, ceil, exp, sqrt, log"


@pytest.mark.parametrize(
    ("formula", "fault"),
    [
        ("", UNREADABLE),
        ("exact +", UNREADABLE),
        ("exact fuzzy", UNREADABLE),
        ("x = exact", UNREADABLE),
        ("exact\x00", UNREADABLE),
        ("(" * 1_000 + "exact" + ")" * 1_000, UNREADABLE),
        ("exakt", "found the name 'exakt'; known here: exact, fuzzy"),
        ("exact + max", "found the name 'max'; known here: exact, fuzzy"),
        ("mean(exact)", "found the name 'mean'; known here: min, max, abs, floor, ceil, exp, sqrt, log"),
        ("exact(1)", "found the name 'exact'; known here: min, max, abs, floor, ceil, exp, sqrt, log"),
        ("exact ** 2", "found **; a power is written ^"),
        ("exact % 2", MORE),
        ("exact // 2", MORE),
        ("exact > fuzzy", MORE),
        ("exact if fuzzy else 0", MORE),
        ("exact and fuzzy", MORE),
        ("not exact", MORE),
        ("exact.real", MORE),
        ("exact[0]", MORE),
        ("[exact]", MORE),
        ("min()", MORE),
        ("min(key=exact)", MORE),
        ("min(*exact)", MORE),
        ("(lambda: 1)()", MORE),
        ("'exact'", MORE),
        ("True", MORE),
        ("1j", MORE),
        ("__import__('os')", "found the name '__import__'; known here: min, max, abs, floor, ceil, exp, sqrt, log"),
    ],
)
def test_anything_else_is_refused_with_what_was_found(formula: str, fault: str) -> None:
    assert fault_in(formula, NAMES) == fault


formulas = st.recursive(
    st.sampled_from(["exact", "fuzzy", "1", "0.25"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/^"), inner).map(lambda parts: f"({' '.join(parts)})"),
        inner.map("-{}".format),
        st.tuples(st.sampled_from(FUNCTIONS), inner).map(lambda parts: f"{parts[0]}({parts[1]})"),
    ),
    max_leaves=12,
)


@given(formulas)
def test_whatever_is_built_of_the_known_parts_is_a_formula(formula: str) -> None:
    assert fault_in(formula, NAMES) is None


@given(st.text(max_size=60))
def test_any_text_is_a_formula_or_has_a_fault(text: str) -> None:
    assert fault_in(text, NAMES) is None or fault_in(text, NAMES)

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.templates import fault_in, fields, is_in


@pytest.mark.parametrize(
    ("text", "item", "sample"),
    [
        ("right", set(), set()),
        ("{{item.label}}", {"label"}, set()),
        ("{{ item.label }}", {"label"}, set()),
        ("{{item.truth.date}} or {{item.truth.place}}", {"truth.date", "truth.place"}, set()),
        ("{{item.choices[0].text}}", {"choices[0].text"}, set()),
        ("{{item.reference-answer}} {{item.größe}}", {"reference-answer", "größe"}, set()),
        ("{{sample.output_text}} {{sample.output_text}}", set(), {"output_text"}),
        ('{"a": {{item.a}}, "b": {{{sample.output_json.b}}}}', {"a"}, {"output_json.b"}),
        ("{ item.label } and {{ alone", set(), set()),
    ],
)
def test_fields_are_read_off_a_text(text: str, item: set[str], sample: set[str]) -> None:
    assert fault_in(text) is None
    assert fields([text], "item") == item
    assert fields([text], "sample") == sample


@pytest.mark.parametrize(
    "reference",
    [
        "",
        "label",
        "item",
        "item.",
        "item..label",
        "items.label",
        "row.label",
        "item label",
        "item.a b",
        "item[0]",
        "item.a[",
    ],
)
def test_a_template_that_names_no_field_is_refused(reference: str) -> None:
    assert fault_in(f"Is it {{{{{reference}}}}}?") == (
        f"found {{{{{reference}}}}}; expected a field of the row or of the answer, such as {{{{item.label}}}}"
    )


ROW: dict[str, Any] = {"label": "B", "none": None, "truth": {"date": "1066"}, "choices": [{"text": "x"}, "y"], "0": "z"}


@pytest.mark.parametrize(
    ("path", "is_there"),
    [
        ("label", True),
        ("none", True),
        ("truth", True),
        ("truth.date", True),
        ("choices[0].text", True),
        ("choices[1]", True),
        ("reference_answer", False),
        ("truth.place", False),
        ("label.date", False),
        ("choices[2]", False),
        ("choices.text", False),
        ("choices[1].text", False),
        ("none.date", False),
        ("label[0]", False),
    ],
)
def test_a_path_leads_to_a_value_of_the_row_or_to_nothing(path: str, is_there: bool) -> None:  # noqa: FBT001
    assert is_in(path, ROW) is is_there


@given(st.text(alphabet="{} itemsaplec.[]0"))
def test_what_is_without_fault_names_fields_only(text: str) -> None:
    if fault_in(text) is None:
        found = fields([text], "item") | fields([text], "sample")
        assert all(found)
    assert is_in(text, ROW) in (True, False)

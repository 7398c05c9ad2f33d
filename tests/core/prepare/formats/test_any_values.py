"""Rows that have a format's keys, and anything for values."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.core.prepare.format import Format
from shared.core.prepare.formats import known_formats
from shared.core.prepare.targets import Method
from tests.core.prepare.dropping import chat, drop, jsonl

PREPARED = [one for one in known_formats() if isinstance(one, Format)]

texts = st.sampled_from(
    ["", " ", "Which saw?", "\n\nHuman: Which?\n\nAssistant:", "<extra_id_1>User\n", "tie", "[]", "1"]
)
roles = st.sampled_from(["system", "user", "assistant", "tool", "human", "gpt", "oracle", 3, [], {}])
parts = st.fixed_dictionaries({"text": texts | st.none()}, optional={"type": roles})
messages = st.one_of(
    st.fixed_dictionaries({"role": roles}, optional={"content": texts | st.lists(parts, max_size=2), "value": texts}),
    st.fixed_dictionaries({"from": roles, "value": texts | st.none()}),
    st.fixed_dictionaries({"role": roles, "candidates": st.lists(parts | texts, max_size=2)}),
)
scalars = st.none() | st.booleans() | st.integers(-4, 4) | st.floats(-4, 4) | texts
values = st.one_of(
    scalars,
    texts,
    messages,
    st.lists(messages, max_size=4),
    st.lists(scalars, max_size=3),
    st.fixed_dictionaries({"messages": st.lists(messages, max_size=2)}),
)


@pytest.mark.parametrize("one", PREPARED, ids=lambda one: one.name)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_any_values_end_in_a_report(one: Format, data: st.DataObject) -> None:  # type: ignore[type-arg]
    keys = st.fixed_dictionaries(
        dict.fromkeys(sorted(one.required), values),
        optional=dict.fromkeys(sorted((one.keys | {"instruction", "label"}) - one.required), values),
    )
    rows = data.draw(st.lists(keys, min_size=1, max_size=2))
    method: Method | None = data.draw(st.sampled_from([None, *one.converts]))

    report = drop(jsonl([chat("A row, so that the file is one of rows"), *rows]), method=method).report

    counts = report.rows
    ends = (counts.kept, counts.fixed, counts.rejected, counts.duplicates, counts.ties, counts.filtered, counts.test)
    assert sum(ends) == counts.read == len(rows) + 1

"""What holds for every dataset."""

import csv
import gzip
import io
import json
import random
from itertools import chain

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.core.prepare.preparation import METHODS
from shared.core.prepare.targets import Method
from shared.core.recipe import DataOptions
from tests.core.prepare.dropping import Line, Prepared, drop, jsonl, said
from tests.core.prepare.one_of_each import ASKED, ROWS

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
roles = st.sampled_from(["system", "user", "assistant", "human", "gpt", "tool", "oracle"])
messages = st.fixed_dictionaries({"role": roles, "content": texts}, optional={"weight": st.integers(-1, 2)})
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
pairs = st.fixed_dictionaries({"prompt": texts, "response": texts})
rows = st.one_of(
    pairs,
    st.fixed_dictionaries({"messages": st.lists(messages, max_size=5)}, optional={"id": st.integers()}),
    st.fixed_dictionaries(
        {"conversations": st.lists(st.fixed_dictionaries({"from": roles, "value": texts}), max_size=4)}
    ),
    st.fixed_dictionaries(
        {"prompt": texts, "response": texts, "helpfulness": st.integers(-1, 5) | st.none()},
        optional={"correctness": st.integers(0, 4), "coherence": st.integers(0, 4), "verbosity": st.just(1)},
    ),
    st.fixed_dictionaries({"instruction": texts}, optional={"input": texts, "output": texts, "answer": texts}),
    json_values,
)
datasets = st.lists(rows, max_size=20)


def asking(name: str, text: str) -> list[Line]:
    """Rows of a format that ask something else."""
    return json.loads(json.dumps(ROWS[name]).replace(json.dumps(ASKED)[1:-1], json.dumps(text)[1:-1]))


sets = st.lists(st.builds(asking, st.sampled_from([*ROWS]), texts), max_size=4).map(lambda each: [*chain(*each)])
bounded = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def outcome(prepared: Prepared) -> tuple[object, ...]:
    """All that must not depend on how the rows were stored."""
    rejects = [(reject["reason"], reject["rule"]) for reject in prepared.rejects]
    return prepared.report.rows, prepared.training, prepared.validation, prepared.test, rejects


@bounded
@given(datasets, st.integers(1, 200))
def test_chunks_may_be_cut_anywhere(dataset: list[object], chunk: int) -> None:
    data = jsonl(dataset)
    assert outcome(drop(data, chunk=chunk)) == outcome(drop(data))


@bounded
@given(datasets)
def test_storage_changes_nothing(dataset: list[object]) -> None:
    data = jsonl(dataset)
    plain = outcome(drop(data))
    assert outcome(drop(b"\xef\xbb\xbf" + data)) == plain
    assert outcome(drop(data.replace(b"\n", b"\r\n"))) == plain
    assert outcome(drop(data.decode().encode("utf-16"))) == plain
    assert outcome(drop(gzip.compress(data))) == plain


@bounded
@given(st.lists(rows, min_size=1, max_size=12), st.sampled_from([None, 2]), st.integers(1, 50))
def test_an_array_and_json_lines_are_the_same(dataset: list[object], indent: int | None, chunk: int) -> None:
    array = json.dumps(dataset, indent=indent, ensure_ascii=False).encode()
    lines = outcome(drop(b"{}\n" + jsonl(dataset)))
    assert outcome(drop(json.dumps([{}, *dataset], indent=indent).encode(), name="drop.json", chunk=chunk)) == lines
    assert outcome(drop(b"[{}," + array[1:], name="drop.json")) == lines


@bounded
@given(st.lists(pairs, min_size=1, max_size=10))
def test_a_table_and_json_lines_are_the_same(dataset: list[Line]) -> None:
    clean = [{key: str(text).replace("\r", "") for key, text in row.items()} for row in dataset]
    table = io.StringIO(newline="")
    writer = csv.writer(table, quoting=csv.QUOTE_ALL)
    writer.writerows([("prompt", "response"), *((row["prompt"], row["response"]) for row in clean)])

    from_table, from_lines = drop(table.getvalue().encode(), name="drop.csv"), drop(jsonl(clean))

    assert outcome(from_table) == outcome(from_lines)


@bounded
@given(datasets | sets, st.sampled_from([None, *METHODS]))
def test_what_was_prepared_once_stays_as_it_is(dataset: list[object], method: Method | None) -> None:
    once = drop(jsonl(dataset), method=method)
    lines = once.written["training"]
    twice = drop(lines * 2, method=once.report.method)  # a single line may be a file of another kind
    assert twice.written["training"] == lines
    assert twice.report.rows.fixed == twice.report.rows.rejected == 0


@bounded
@given(datasets, st.randoms(use_true_random=False))
def test_the_order_of_keys_changes_nothing(dataset: list[object], order: random.Random) -> None:
    before, after = drop(jsonl([{}, *dataset])), drop(jsonl([{}, *(shuffled(row, order) for row in dataset)]))
    assert outcome(after) == outcome(before)


def shuffled(value: object, order: random.Random) -> object:
    """The same with its keys in another order."""
    if isinstance(value, list):
        return [shuffled(one, order) for one in value]
    if not isinstance(value, dict):
        return value
    keys = [*value]
    order.shuffle(keys)
    return {key: shuffled(value[key], order) for key in keys}


@bounded
@given(datasets, st.randoms(use_true_random=False))
def test_a_row_is_what_it_is_wherever_it_stands(dataset: list[object], order: random.Random) -> None:
    shuffled = list(dataset)
    order.shuffle(shuffled)
    before, after = drop(jsonl([{}, *dataset])), drop(jsonl([{}, *shuffled]))

    assert before.report.formats == after.report.formats
    assert sorted(before.written["training"].split(b"\n")) == sorted(after.written["training"].split(b"\n"))
    assert sorted(str(reject["reason"]) for reject in before.rejects) == sorted(
        str(reject["reason"]) for reject in after.rejects
    )


@bounded
@given(st.sets(texts.filter(str.strip), min_size=60, max_size=80), st.integers(40, 60))
def test_more_rows_move_no_example_to_another_file(prompts: set[str], fewer: int) -> None:
    dataset = [{"prompt": prompt, "response": "Yes."} for prompt in sorted(prompts)]
    before, after = drop(jsonl(dataset[:fewer]), DataOptions()), drop(jsonl(dataset), DataOptions())
    for part in ("validation", "test"):
        assert {str(said(line)) for line in getattr(before, part)} <= {str(said(line)) for line in getattr(after, part)}


@bounded
@given(datasets)
def test_every_row_is_accounted_for(dataset: list[object]) -> None:
    prepared = drop(jsonl([{}, *dataset]), DataOptions())
    counts = prepared.report.rows
    assert counts.read == 1 + len(dataset)
    assert counts.kept + counts.fixed == len(prepared.training) + len(prepared.validation)
    assert (counts.test, counts.rejected) == (len(prepared.test), len(prepared.rejects))


@bounded
@given(datasets)
def test_reports_quote_no_text_of_the_dataset(dataset: list[object]) -> None:
    marked = json.loads(
        json.dumps(dataset)
        .replace('"content": "', '"content": "Canary bird: ')
        .replace('"value": "', '"value": "Canary bird: ')
    )
    assert "Canary" not in drop(jsonl(marked)).report.model_dump_json()


@settings(bounded, max_examples=400)
@given(
    st.binary(max_size=200)
    | st.lists(
        st.sampled_from(
            [
                b'{"',
                b'"}',
                b"[",
                b"]",
                b",",
                b":",
                b'"',
                b"\\",
                b"\n",
                b"\xff",
                b"\x1f\x8b",
                b"a",
                b'{"prompt":"a","response":"b"}',
            ]
        )
    ).map(b"".join),
    st.integers(1, 64),
)
def test_no_bytes_make_anything_but_a_report(data: bytes, chunk: int) -> None:
    report = drop(data, DataOptions(), chunk=chunk).report
    assert report.verdict == "rejected"
    assert report.reasons
    assert report.inputs[0].bytes == len(data)

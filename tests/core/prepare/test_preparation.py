import gc
import hashlib
import tracemalloc

import pytest
from pydantic import ValidationError

from shared.core.prepare import Assignment, Outputs, Source, prepare
from shared.core.prepare.examine import Examiner
from shared.core.prepare.files import Hashed
from shared.core.prepare.ledger import Ledger
from shared.core.prepare.measure.near_duplicates import NearDuplicates
from shared.core.prepare.report import Rows
from shared.core.recipe import BadRows, DataOptions, Split
from tests.core.prepare.dropping import LENIENT, chat, chats, drop, drop_set, fates, jsonl, said
from tests.core.prepare.one_of_each import ROWS


class Nowhere:
    def write(self, data: bytes, /) -> None:
        """Keep nothing."""

    def digest(self) -> str:
        return "0" * 64


def test_the_report_measures_every_file_in_and_out() -> None:
    data = jsonl([*chats(40), ["broken"]])
    prepared = drop(data, DataOptions())
    report = prepared.report

    [given] = report.inputs
    assert (given.name, given.part, given.bytes) == ("drop.jsonl", "whole", len(data))
    assert given.sha256 == hashlib.sha256(data).hexdigest()
    for name, output in (("training", report.training), ("validation", report.validation), ("test", report.test)):
        written = prepared.written[name]
        assert (output.rows, output.bytes) == (written.count(b"\n"), len(written))
        assert output.sha256 == hashlib.sha256(written).hexdigest()
    assert report.rejects.rows == 1


def test_a_file_that_cannot_be_read_is_measured_to_its_end() -> None:
    data = b"PAR1" + b"x" * 300_000
    [given] = drop(data).report.inputs
    assert (given.bytes, given.sha256) == (len(data), hashlib.sha256(data).hexdigest())


def test_a_system_prompt_is_put_where_none_is() -> None:
    options = LENIENT.model_copy(update={"system_prompt": "You help customers."})
    own = {"messages": [{"role": "system", "content": "Be brief."}, *chat("Hello?")["messages"]]}  # type: ignore[misc]
    developer = {"messages": [{"role": "developer", "content": "Be brief."}, *chat("Hi?")["messages"]]}  # type: ignore[misc]

    prepared = drop(jsonl([chat("Hello?"), own, developer]), options)

    assert [said(line)[0][1] for line in prepared.training] == ["You help customers.", "Be brief.", "Be brief."]
    assert fates(prepared) == {"read": 3, "kept": 3}


def test_text_is_written_as_it_reads_without_escapes() -> None:
    prepared = drop(b'{"prompt": "Gr\\u00fc\\u00dfe \\ud83c\\udf31?", "response": "\\u4f60\\u597d"}')
    assert "Grüße 🌱?" in prepared.written["training"].decode()
    assert "你好" in prepared.written["training"].decode()


def test_equal_rows_are_found_however_they_are_written() -> None:
    rows = b'{"prompt":"\\u00e9?","response":"a"}\n{ "response": "a", "prompt": "\xc3\xa9?" }\n'
    assert fates(drop(rows)) == {"read": 2, "kept": 1, "duplicates": 1}


def test_an_example_in_two_files_of_a_set_stays_where_it_is_held_back() -> None:
    prepared = drop_set(
        {"train": jsonl(chats(14)), "validation": jsonl(chats(3, start=1)), "test": jsonl(chats(2))}, DataOptions()
    )

    assert [len(lines) for lines in (prepared.training, prepared.validation, prepared.test)] == [10, 2, 2]
    assert fates(prepared) == {"read": 19, "kept": 12, "duplicates": 5, "test": 2}
    assert {(finding.message, finding.severity) for finding in prepared.report.findings if finding.places} == {
        ("equal to an example of the test file: left out here", "warning"),
        ("equal to an example of the validation file: left out here", "warning"),
    }


def test_the_files_of_a_set_are_not_split_again() -> None:
    prepared = drop_set({"train": jsonl(chats(100))}, DataOptions())
    assert (len(prepared.training), prepared.validation, prepared.test) == (100, [], [])
    assert "the set came without one" in prepared.report.notes[0]


def test_a_row_that_says_where_it_belongs_goes_there() -> None:
    marked = [{**row, "split": "TEST" if number % 10 == 0 else "TRAIN"} for number, row in enumerate(chats(40))]
    odd = {**chat("Hm?"), "split": "train_sft"}

    prepared = drop(jsonl([*marked, odd]), DataOptions(scan=False))

    assert prepared.validation == chats(40)[::10]
    assert len(prepared.training) == 37
    assert "a 'split' other than train, test and validation was left out" in prepared.messages()


def test_mixed_formats_are_counted_and_said() -> None:
    pairs = [{"prompt": f"P {number}?", "response": "Yes."} for number in range(5)]
    prepared = drop(jsonl([*chats(10), *pairs, {"chosen": "a", "rejected": "b"}]))

    assert prepared.report.formats == {"Azure chat": 10, "prompt/response": 5, "preference pairs": 1}
    mixture = "the rows are in 3 formats: Azure chat (10), prompt/response (5), preference pairs (1)"
    assert (mixture, "warning") in {(finding.message, finding.severity) for finding in prepared.report.findings}


@pytest.mark.parametrize("name", ["BFCL questions", "FastChat questions", "KTO", "OASST tree"])
def test_rows_that_complete_each_other_are_no_mixture(name: str) -> None:
    prepared = drop(jsonl(ROWS[name]))
    assert prepared.training
    assert not [message for message in prepared.messages() if "formats" in message]


def test_a_row_is_repaired_in_several_ways_and_counted_once() -> None:
    row = {
        "id": 1,
        "messages": [{"role": "human", "content": "Hello?", "weight": 1}, {"role": "gpt", "content": "Hi."}],
    }
    prepared = drop(jsonl([row]))
    assert fates(prepared) == {"read": 1, "fixed": 1}
    assert len(prepared.report.findings) == 3


def test_a_repair_is_not_counted_for_a_row_that_is_left_out() -> None:
    prepared = drop(jsonl([chat("Hello?"), {**chat("Hello?"), "id": 1}]))
    assert fates(prepared) == {"read": 2, "kept": 1, "duplicates": 1}
    assert prepared.messages() == ["equal to an example before: left out"]


def test_a_format_that_changes_after_a_megabyte_is_seen() -> None:
    long = [chat(f"Question {number}?", "word " * 2000) for number in range(120)]
    prepared = drop(jsonl([*long, *({"question": f"Q{number}", "answer": "A"} for number in range(5))]))
    assert prepared.report.formats == {"Azure chat": 120, "question/answer": 5}
    assert fates(prepared) == {"read": 125, "kept": 125}


def test_a_row_longer_than_a_megabyte_is_one_row() -> None:
    texts = ["word " * 200_000, "word " * 200_000]
    row = {
        "messages": [{"role": "user", "content": text} for text in texts] + [{"role": "assistant", "content": "Yes."}]
    }
    assert drop(jsonl([row])).training == [row]


def test_memory_does_not_grow_with_the_file() -> None:
    def peak(rows: int) -> int:
        lines = (jsonl([chat(f"Question {number % 50}?", "word " * 400)]) for number in range(rows))
        tracemalloc.start()
        source = Source("drop.jsonl", "whole", lambda: Hashed(lines))
        prepare([source], Assignment(DataOptions()), lambda: Outputs(*[Nowhere()] * 4))
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    peak(100)  # what is loaded and cached once
    assert peak(8_000) < peak(3_000) + 500_000  # by then samples are full


def test_a_finding_has_its_number_and_its_first_places() -> None:
    prepared = drop(jsonl(chats(30)) + b"{\n" * 25)
    [finding] = [finding for finding in prepared.report.findings if finding.severity == "reject"]
    assert (finding.count, len(finding.places), finding.places[0].line) == (25, 20, 31)
    assert finding.places[0].file == "drop.jsonl"


def test_a_file_whose_every_row_is_wrong_in_its_own_way_makes_a_bounded_report() -> None:
    prepared = drop(jsonl({f"column_{number}": 1} for number in range(500)))
    assert len(prepared.report.findings) <= 201
    assert sum(finding.count for finding in prepared.report.findings) == 500


@pytest.mark.parametrize(
    ("rejected", "limit", "verdict"),
    [(1, 0.05, "accepted"), (2, 0.05, "rejected"), (1, 0.0, "rejected"), (19, 1, "accepted"), (5, 0.2, "accepted")],
)
def test_too_large_a_share_of_bad_rows_rejects_the_file(rejected: int, limit: float, verdict: str) -> None:
    options = DataOptions(bad_rows=BadRows(reject_file_above=limit))
    report = drop(jsonl([*chats(20), *([[]] * rejected)]), options).report

    assert report.verdict == verdict
    if verdict == "rejected":
        assert f"{rejected} of {20 + rejected} rows" in report.reasons[0]
        assert "the row is a list, not an object" in report.reasons[0]
        assert "first on line 21" in report.reasons[0]


@pytest.mark.parametrize("count", [1, 9, 10])
def test_ten_examples_are_needed(count: int) -> None:
    report = drop(jsonl(chats(count)), DataOptions()).report
    assert report.is_accepted == (count >= 10)
    if count < 10:
        assert report.reasons[0].startswith(f"{count} training example")


def test_what_became_of_the_other_rows_is_said_when_too_few_are_left() -> None:
    rows = [*chats(9), *chats(3), *([[]] * 2)]
    [reason] = drop(jsonl(rows), LENIENT).report.reasons
    assert reason == "9 training examples; at least 10 are needed. Of 14 rows: 2 rejected, 3 duplicates."


def test_rejects_that_are_no_utf8_are_kept_in_base64() -> None:
    [reject] = drop(jsonl(chats(3)) + b'{"prompt": "\xff"}\n').rejects
    assert (reject["base64"], "text" in reject) == ("eyJwcm9tcHQiOiAi/yJ9", False)


def test_accounts_that_do_not_add_up_cannot_be_reported() -> None:
    with pytest.raises(ValidationError, match="5 rows were read, but 3 are accounted for"):
        Rows(read=5, kept=2, rejected=1)


def test_nothing_is_held_back_when_the_recipe_says_so() -> None:
    options = DataOptions(split=Split(validation=0, test=0))
    prepared = drop(jsonl(chats(200)), options)
    assert len(prepared.training) == 200
    assert "the recipe holds nothing back for it" in prepared.report.notes[0]


def test_what_a_preparation_held_is_let_go_at_once() -> None:
    """Not when the collector next looks for cycles: an app that prepares one dataset after another would grow."""
    gc.collect()
    gc.disable()
    try:
        drop(jsonl(chats(40)), DataOptions())
        assert not [one for one in gc.get_objects() if isinstance(one, NearDuplicates | Examiner | Ledger)]
    finally:
        gc.enable()

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.drop import (
    Blob,
    Drop,
    DropPart,
    FilePlace,
    NoPlace,
    Part,
    SetPlace,
    drop_of_file,
    drop_of_set,
    fingerprint,
    place,
)

ODD_NAMES = [
    "support\\autumn\\train.jsonl",
    "support/nul\x00byte.jsonl",
    "support/two\nlines.jsonl",
    "support/CON",
    "support/trailing dot.",
    "support/😀.jsonl",
    "support/\u202egnp.jsonl",
    unicodedata.normalize("NFC", "support/café.jsonl"),
    unicodedata.normalize("NFD", "support/café.jsonl"),
    "support/#?%+&'\" .jsonl",
    "support/a%2Fb.jsonl",
    "support/" + "x" * 1016,
    "a/" * 254 + "x",
    "/x.jsonl",
    "//x.jsonl",
    "<at>everyone</at>/**x**.jsonl",
]


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("questions.jsonl", FilePlace(name="questions.jsonl", recipe="default")),
        ("train.jsonl", FilePlace(name="train.jsonl", recipe="default")),
        ("support/questions.jsonl", FilePlace(name="support/questions.jsonl", recipe="support")),
        ("support/train.jsonl", FilePlace(name="support/train.jsonl", recipe="support")),
        ("support/validation.jsonl", FilePlace(name="support/validation.jsonl", recipe="support")),
        ("support/2026/11/questions.csv", FilePlace(name="support/2026/11/questions.csv", recipe="support")),
        ("support/autumn/train.jsonl", SetPlace(folder="support/autumn", recipe="support")),
        ("support/autumn/recipe.yaml", SetPlace(folder="support/autumn", recipe="support")),
        ("support/autumn/north/test.csv", SetPlace(folder="support/autumn/north", recipe="support")),
        ("support/autumn/training-notes.txt", FilePlace(name="support/autumn/training-notes.txt", recipe="support")),
        ("/x.jsonl", FilePlace(name="/x.jsonl", recipe="default")),
        ("//train.jsonl", SetPlace(folder="/", recipe="default")),
        ("support//train.jsonl", SetPlace(folder="support/", recipe="support")),
    ],
)
def test_the_name_of_a_blob_tells_its_place_and_recipe(name: str, where: FilePlace | SetPlace) -> None:
    assert place(name) == where


ENDINGS = ["jsonl", "ndjson", "json", "csv", "tsv", "txt", "xlsx", "parquet", "arrow", "feather", "zip", "bin", "JSONL"]


@pytest.mark.parametrize("packed", ["", ".gz"])
@pytest.mark.parametrize("ending", ENDINGS)
def test_any_ending_will_do_for_a_file_is_told_by_its_content(ending: str, packed: str) -> None:
    name = f"support/questions.{ending}{packed}"
    assert place(name) == FilePlace(name=name, recipe="support")
    assert place(f"support/autumn/train.{ending}{packed}") == SetPlace(folder="support/autumn", recipe="support")


@pytest.mark.parametrize(
    "name", ["", "support/", "support/autumn/", ".hidden", "support/.part", "support/_SUCCESS", "support/..", "."]
)
def test_folders_hidden_files_and_markers_begin_nothing(name: str) -> None:
    where = place(name)
    assert isinstance(where, NoPlace)
    assert "not datasets" in where.reason


@pytest.mark.parametrize("name", ["../../etc/passwd", "support/../../x.jsonl", "./x.jsonl", "a/./train.jsonl", "../x"])
def test_a_name_that_leads_elsewhere_begins_nothing(name: str) -> None:
    where = place(name)
    assert isinstance(where, NoPlace)
    assert "another container" in where.reason


@pytest.mark.parametrize("name", ["support/a..b.jsonl", "support/...jsonl.x", "support/x.", "..a/x.jsonl"])
def test_dots_within_a_name_lead_nowhere(name: str) -> None:
    assert "another container" not in str(place(name))


@pytest.mark.parametrize("name", ["recipe.yaml", "support/recipe.yml", "support/RECIPE.YAML"])
def test_a_recipe_outside_a_set_begins_nothing(name: str) -> None:
    where = place(name)
    assert isinstance(where, NoPlace)
    assert "inside a set only" in where.reason


def blob(name: str, etag: str = "0x1", size: int = 10) -> Blob:
    return Blob(name=name, etag=etag, size=size)


def file_drop(name: str, etag: str = "0x1", container: str = "datasets") -> Drop:
    where = place(name)
    assert isinstance(where, FilePlace)
    return drop_of_file(container, blob(name, etag), where)


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_name_is_stored_as_it_is_however_odd(name: str) -> None:
    drop = file_drop(name)
    assert Drop.model_validate_json(drop.model_dump_json()) == drop
    assert (drop.name, drop.parts[0].blob.name) == (name, name)


def test_odd_names_make_distinct_runs_of_distinct_families() -> None:
    drops = [file_drop(name) for name in ODD_NAMES]
    assert len({drop.run_id for drop in drops}) == len(ODD_NAMES)
    assert len({drop.family for drop in drops}) == len(ODD_NAMES)


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_run_id_is_sixteen_hexadecimal_digits(name: str) -> None:
    drop = file_drop(name)
    assert len(drop.run_id) == len(drop.family) == 16
    assert set(drop.run_id + drop.family) <= set("0123456789abcdef")


def test_versions_of_a_file_share_a_family_and_no_run() -> None:
    first, second = file_drop("support/x.jsonl", "0x1"), file_drop("support/x.jsonl", "0x2")
    assert first.family == second.family
    assert first.run_id != second.run_id
    elsewhere = file_drop("support/x.jsonl", "0x1", container="archive")
    assert elsewhere.family != first.family
    assert elsewhere.run_id != first.run_id


tricky = st.lists(st.sampled_from(["a", "b", "0x1", "\n", '"', ",", "/", "\x00", "\u0301"]), max_size=4).map("".join)
versions = st.tuples(tricky, tricky)
contents = st.lists(versions, min_size=1, max_size=3)


def drop_of(container: str, content: list[tuple[str, str]]) -> Drop:
    parts = tuple(DropPart(part="whole", blob=blob(name, etag)) for name, etag in content)
    return Drop(container=container, name="support/x", recipe="support", parts=parts)


@given(tricky, tricky, contents, contents)
def test_two_drops_are_one_run_if_and_only_if_container_names_and_etags_are_the_same(
    container: str, other: str, content: list[tuple[str, str]], changed: list[tuple[str, str]]
) -> None:
    same = (container, content) == (other, changed)
    assert (drop_of(container, content).run_id == drop_of(other, changed).run_id) == same


def test_what_a_name_contains_cannot_pass_for_a_second_blob() -> None:
    two = drop_of("datasets", [("a", "0x1"), ("b", "0x2")])
    one = drop_of("datasets", [("a\n0x1\nb", "0x2")])
    assert two.run_id != one.run_id


@given(st.lists(versions, max_size=4), st.lists(versions, max_size=4))
def test_a_folder_looks_the_same_if_and_only_if_names_and_etags_are(
    before: list[tuple[str, str]], after: list[tuple[str, str]]
) -> None:
    same = sorted(before) == sorted(after)
    seen = [fingerprint(blob(name, etag) for name, etag in content) for content in (before, after)]
    assert (seen[0] == seen[1]) == same


def test_a_folder_looks_the_same_in_any_order() -> None:
    blobs = [blob("a"), blob("b", "0x2"), blob("c", "0x3")]
    assert fingerprint(blobs) == fingerprint(reversed(blobs))


AUTUMN = SetPlace(folder="support/autumn", recipe="support")


@pytest.mark.parametrize(
    ("base", "part"),
    [
        ("train.jsonl", "train"),
        ("train", "train"),
        ("Training.CSV", "train"),
        ("train.jsonl.gz", "train"),
        ("validation.jsonl", "validation"),
        ("valid.parquet", "validation"),
        ("val.json", "validation"),
        ("dev.tsv", "validation"),
        ("test.jsonl", "test"),
        ("recipe.yaml", "recipe"),
        ("recipe.yml", "recipe"),
    ],
)
def test_a_file_of_a_set_is_for_what_its_name_says(base: str, part: Part) -> None:
    train = [] if part == "train" else [blob("support/autumn/train.jsonl")]
    drop = drop_of_set("datasets", AUTUMN, [*train, blob(f"support/autumn/{base}", "0x9")])
    assert drop is not None
    named = drop.blob_of(part)
    assert named is not None
    assert named.etag == "0x9"


@pytest.mark.parametrize(
    "base", ["training-notes.txt", "trains.jsonl", "README.md", "north/train.jsonl", "recipe.json"]
)
def test_what_a_set_has_besides_is_no_part_of_it(base: str) -> None:
    train = blob("support/autumn/train.jsonl")
    drop = drop_of_set("datasets", AUTUMN, [train, blob(f"support/autumn/{base}", "0x9")])
    assert drop == drop_of_set("datasets", AUTUMN, [train])


def test_a_set_is_the_same_in_whatever_order_it_is_listed() -> None:
    blobs = [
        blob(f"support/autumn/{base}") for base in ("train.jsonl", "validation.jsonl", "test.jsonl", "recipe.yaml")
    ]
    drop = drop_of_set("datasets", AUTUMN, blobs)
    assert drop is not None
    assert drop == drop_of_set("datasets", AUTUMN, reversed(blobs))
    assert (drop.name, drop.recipe) == ("support/autumn", "support")
    assert [one.part for one in drop.parts] == ["recipe", "test", "train", "validation"]


def test_a_set_waits_for_a_training_file_that_is_not_empty() -> None:
    assert drop_of_set("datasets", AUTUMN, []) is None
    assert drop_of_set("datasets", AUTUMN, [blob("support/autumn/validation.jsonl")]) is None
    assert drop_of_set("datasets", AUTUMN, [blob("support/autumn/train.jsonl", size=0)]) is None
    assert drop_of_set("datasets", AUTUMN, [blob("support/autumn/train.jsonl", size=1)]) is not None


def test_two_files_for_one_part_are_both_taken() -> None:
    blobs = [blob("support/autumn/train.jsonl", "0x2"), blob("support/autumn/train.csv", "0x1")]
    drop = drop_of_set("datasets", AUTUMN, blobs)
    assert drop is not None
    assert [one.blob for one in drop.parts] == [blobs[1], blobs[0]]


def test_a_part_that_a_drop_lacks_has_no_blob() -> None:
    assert file_drop("support/x.jsonl").blob_of("recipe") is None

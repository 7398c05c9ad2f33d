import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core import naming
from tests.core.test_drop import ODD_NAMES

run_ids = st.text(alphabet="0123456789abcdef", min_size=16, max_size=16)
ID = "3f9c1b2a77d04e58"


@pytest.mark.parametrize(
    ("drop", "name"),
    [
        ("support/helpsteer.jsonl", f"helpsteer-{ID}"),
        ("support/autumn", f"autumn-{ID}"),
        ("Fragen & Antworten (2026).jsonl", f"fragen-antworten-2026-{ID}"),
        ("support/v1.2.jsonl", f"v1-{ID}"),
        ("support/😀.jsonl", f"run-{ID}"),
        ("support/--.jsonl", f"run-{ID}"),
        ("support/" + "x" * 1000 + ".jsonl", "x" * 47 + f"-{ID}"),
        ("support/" + "x" * 46 + "-yz.jsonl", "x" * 46 + f"-{ID}"),
    ],
)
def test_a_deployment_is_named_after_its_drop_and_run(drop: str, name: str) -> None:
    assert naming.deployment_name(drop, ID) == name


@pytest.mark.parametrize("drop", ODD_NAMES)
def test_odd_names_make_deployment_names_that_azure_takes(drop: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", naming.deployment_name(drop, ID))


@given(st.text(), run_ids)
def test_a_deployment_name_is_legal_whatever_the_drop_is_called(drop: str, run_id: str) -> None:
    name = naming.deployment_name(drop, run_id)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
    assert 2 <= len(name) <= naming.MAX_DEPLOYMENT_NAME


@given(st.text(), st.text(), run_ids, run_ids)
def test_distinct_runs_have_distinct_names(drop: str, other: str, run_id: str, other_id: str) -> None:
    distinct = run_id != other_id
    assert (naming.deployment_name(drop, run_id) != naming.deployment_name(drop, other_id)) == distinct
    if distinct:
        assert naming.deployment_name(drop, run_id) != naming.deployment_name(other, other_id)
        assert naming.suffix(run_id) != naming.suffix(other_id)
        assert not naming.file_name(run_id, "training").startswith(naming.file_prefix(other_id))


@given(run_ids)
def test_a_suffix_is_legal_by_every_source(run_id: str) -> None:
    assert re.fullmatch(r"[a-z0-9]{1,18}", naming.suffix(run_id))


def test_the_files_of_a_run_are_found_by_their_prefix() -> None:
    assert naming.file_name(ID, "training") == f"tunedrop-{ID}-training.jsonl"
    assert naming.file_name(ID, "training") != naming.file_name(ID, "validation")
    assert naming.file_name(ID, "validation").startswith(naming.file_prefix(ID))

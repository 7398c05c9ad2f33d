"""The app as the platform's own worker sees it: a wrong binding drops every function, in the cloud without a word."""

import shutil
from pathlib import Path

import pytest

from local.functions_host.errors import AppRefused
from local.functions_host.indexing import IndexedFunction, index
from local.stack.layout import QUEUES
from shared.core.stages import Step

pytestmark = pytest.mark.stack

CHECKOUT = Path(__file__).resolve().parents[2]
PAGES = {"health", "runs", "run", "run_file", "decide"}


@pytest.fixture(scope="module")
def functions() -> dict[str, IndexedFunction]:
    return {function.name: function for function in index(CHECKOUT)}


def trigger(function: IndexedFunction) -> dict[str, object]:
    [found] = [binding for binding in function.bindings if str(binding["type"]).endswith("Trigger")]
    return found


def test_the_workers_own_indexer_finds_every_function(functions: dict[str, IndexedFunction]) -> None:
    assert set(functions) == {*Step, "intake", "sweep", *PAGES}


@pytest.mark.parametrize("step", Step)
def test_a_steps_function_queue_and_name_are_one_word(functions: dict[str, IndexedFunction], step: Step) -> None:
    assert trigger(functions[step])["queueName"] == step


def test_the_broker_has_exactly_the_queues_that_somebody_reads(functions: dict[str, IndexedFunction]) -> None:
    read = {trigger(function).get("queueName") for function in functions.values()} - {None}
    assert read == set(QUEUES)


def open_pages(functions: dict[str, IndexedFunction]) -> set[str]:
    levels = {name: str(trigger(functions[name])["authLevel"]).lower() for name in PAGES}
    return {name for name, level in levels.items() if "anonymous" in level}


def test_every_page_but_health_wants_a_key(functions: dict[str, IndexedFunction]) -> None:
    assert open_pages(functions) == {"health"}


def test_where_people_sign_in_the_platform_asks_for_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGES_SIGN_IN", "entra")
    assert open_pages({function.name: function for function in index(CHECKOUT)}) == PAGES


def test_a_wrong_binding_is_refused_in_the_workers_own_words(tmp_path: Path) -> None:
    for name in ("function_app.py", "host.json", "functions", "shared"):
        source = CHECKOUT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    steps = tmp_path / "functions" / "steps.py"
    steps.write_text(steps.read_text().replace("def watch(message:", "def watch(order:"))
    with pytest.raises(AppRefused, match="watch"):
        index(tmp_path)

"""On the local stack: instances are killed while they prepare datasets, and nobody can tell afterwards."""

import io
import json
import os
import random
import signal
import threading
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from hashlib import sha256

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from local.stack.running import Stack
from shared.preparation import PAGE, REPORT, WRITTEN
from tests.end_to_end.stack import Node, put_recipe, runs_named, states, wait_for

pytestmark = pytest.mark.stack

INSTANCES = ("functions_host-1", "functions_host-2")
KILLS = 3  #: fewer than the deliveries after which a message is given up
RECIPE = b"budget: {ask_above_usd: 0}"  #: the run is held once it is prepared
FILES = {*WRITTEN, REPORT, PAGE}
LOOK_SECONDS = 0.05

type Digests = Mapping[str, str]


def rows(count: int) -> Iterator[Node]:
    """Conversations of about 3 kB with a key to be left out; some repeat a question."""
    chance = random.Random(count)
    words = [f"word{number}" for number in range(5000)]
    for number in range(count):
        asked = {"role": "user", "content": f"What about {number % (count - 9)}?"}
        said = {"role": "assistant", "content": " ".join(chance.choices(words, k=350))}
        yield {"id": number, "messages": [asked, said]}


def lines(count: int) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows(count))


def parquet(count: int) -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows(count))), file)
    return file.getvalue()


def packed(count: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("rows.jsonl", lines(count))
    return file.getvalue()


DROPS = {
    "killed/lines.jsonl": partial(lines, 8000),
    "killed/table.parquet": partial(parquet, 3000),
    "killed/packed.zip": partial(packed, 3000),
}


def digests(stack: Stack, run: Node) -> Digests:
    """What is visible of a run's prepared files."""
    with stack.blobs() as blobs:
        container = blobs.get_container_client("runs")
        names = container.list_blob_names(name_starts_with=f"{run['id']}/")
        visible = [name for name in names if name.partition("/")[2] in FILES]
        contents = {name.partition("/")[2]: container.download_blob(name).readall() for name in visible}
    return {name: sha256(content).hexdigest() for name, content in contents.items()}


def dropped(stack: Stack, contents: Mapping[str, bytes], older: Mapping[str, Node]) -> dict[str, Node]:
    """Drop all, perhaps again; the runs that begin."""
    for name, content in contents.items():
        stack.drop(content, name)
    return {name: wait_for(lambda name=name: newest(stack, name, older), f"a run of {name}") for name in contents}


def newest(stack: Stack, name: str, older: Mapping[str, Node]) -> Node | None:
    known = older[name]["id"] if name in older else None
    return next((run for run in runs_named(stack, name) if run["id"] != known), None)


def are_held(stack: Stack, runs: Mapping[str, Node]) -> bool:
    now = {run["id"]: run for name in runs for run in runs_named(stack, name)}
    return all("held" in states(now[run["id"]]) for run in runs.values())


def seconds_to_prepare(stack: Stack, runs: Mapping[str, Node]) -> float:
    """From the first drop to the last file."""
    now = {run["id"]: run for name in runs for run in runs_named(stack, name)}
    passages = [passage for run in runs.values() for passage in now[run["id"]]["history"]]
    moments = {
        state: [datetime.fromisoformat(each["at"]) for each in passages if each["state"] == state]
        for state in ("received", "prepared")
    }
    return (max(moments["prepared"]) - min(moments["received"])).total_seconds()


def reads(stack: Stack) -> int:
    """How many pieces of dropped files were read by anybody."""
    said = stack.supervisor.programs["azurite"].said()
    return sum(said.count(f"GET /devstoreaccount1/datasets/{name} ") for name in DROPS)


def kill_while_preparing(stack: Stack, runs: Mapping[str, Node], seconds: float, chance: random.Random) -> int:
    """Kill all instances within some seconds after a preparation began, again and again; how often."""
    begun = reads(stack)
    for kills in range(KILLS):
        wait_for(lambda begun=begun: reads(stack) > begun or are_held(stack, runs), "a preparation to begin")
        if are_held(stack, runs):
            return kills
        time.sleep(chance.uniform(0, seconds))
        for name in INSTANCES:
            stack.supervisor.wait_ready(name)
            os.kill(stack.supervisor.programs[name].pid, signal.SIGKILL)
        begun = reads(stack)
    return KILLS


@contextmanager
def watched(stack: Stack, runs: Mapping[str, Node], whole: Mapping[str, Digests]) -> Iterator[list[str]]:
    """Every file that was seen and was not what it has to be."""
    wrong: list[str] = []
    is_over = threading.Event()

    def look() -> None:
        while not is_over.wait(LOOK_SECONDS):
            for name, run in runs.items():
                seen = digests(stack, run)
                wrong.extend(f"{name}: {file}" for file, digest in seen.items() if digest != whole[name].get(file))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield wrong
    finally:
        is_over.set()
        watcher.join()


def test_preparations_that_are_killed_write_the_same_bytes_and_nothing_half_done(stack: Stack) -> None:
    put_recipe(stack, "killed", RECIPE)
    contents = {name: made() for name, made in DROPS.items()}
    older = dropped(stack, contents, {})
    wait_for(lambda: are_held(stack, older), "all runs to be prepared")
    whole = {name: digests(stack, run) for name, run in older.items()}
    assert [set(each) for each in whole.values()] == [FILES] * len(DROPS)

    pieces = reads(stack)
    runs = dropped(stack, contents, older)
    with watched(stack, runs, whole) as wrong:
        kill_while_preparing(stack, runs, seconds_to_prepare(stack, older) / 2, random.Random())
        wait_for(lambda: are_held(stack, runs), "all runs to be prepared in spite of all")
    assert reads(stack) > 2 * pieces  # some were read again
    assert wrong == []
    assert {name: digests(stack, run) for name, run in runs.items()} == whole

"""What is wrong with an app shows at its start: a message on stderr, and an exit status."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from local.functions_host.errors import AppRefused
from local.functions_host.indexing import index
from tests.local.functions_host.processes import APP, NEVER, NO_STORAGE, ROOT, write_app

pytestmark = pytest.mark.stack

HOST_JSON = json.loads((APP / "host.json").read_text())
SETTINGS = {"SERVICE_BUS": "Endpoint=sb://x;SharedAccessKeyName=a;SharedAccessKey=b", "AzureWebJobsStorage": NO_STORAGE}
HEAD = "import azure.functions as func\napp = func.FunctionApp()\n"
QUEUE = HEAD + '@app.service_bus_queue_trigger("message", connection="SERVICE_BUS", queue_name="q")\n'
TIMER = HEAD + f'@app.timer_trigger("timer", schedule="{NEVER}")\n'
MISMATCH = QUEUE + "def work(msg: func.ServiceBusMessage) -> None: ...\n"
GOOD = QUEUE + "def work(message: func.ServiceBusMessage) -> None: ...\n"
TICK = TIMER + "def tick(timer: func.TimerRequest) -> None: ...\n"
BLOB = HEAD + '@app.blob_trigger("b", path="c/{n}", connection="X")\ndef work(b: func.InputStream) -> None: ...\n'
RETRY = GOOD.replace("def work", '@app.retry("fixed_delay", max_retry_count="1", delay_interval="00:00:01")\ndef work')


def refusal(app: Path, settings: dict[str, str]) -> str:
    """What the host says on stderr before it gives up."""
    command = [sys.executable, "-m", "local.functions_host", "--app", str(app), "--port", "0"]
    run = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, timeout=30, check=False)
    assert run.returncode == 1, run.stderr
    assert run.stdout == ""
    return run.stderr


@pytest.mark.parametrize(
    ("code", "changes", "settings", "message"),
    [
        (MISMATCH, {}, SETTINGS, "FunctionLoadError: cannot load the work function: the following parameters"),
        (HEAD + "other = func.FunctionApp()\n", {}, SETTINGS, "ValueError: More than one FunctionApp"),
        (HEAD, {}, SETTINGS, "0 functions found"),
        (BLOB, {}, SETTINGS, "function 'work': binding type 'blobTrigger' is not supported here"),
        (RETRY, {}, SETTINGS, "function 'work': retry policies are not supported here"),
        (GOOD, {"extensionBundle": None}, SETTINGS, "host.json has no extensionBundle"),
        (GOOD, {}, {}, "connection 'SERVICE_BUS': there is no app setting 'SERVICE_BUS' or 'SERVICE_BUS__fully"),
        (TICK, {}, {}, "connection 'AzureWebJobsStorage': there is no app setting"),
        (GOOD.replace('"q"', '"%Q%"'), {}, SETTINGS, "function 'work': '%Q%' does not resolve to a value"),
        (TICK.replace(NEVER, "every hour"), {}, SETTINGS, "schedule 'every hour' is not a valid NCRONTAB"),
        (GOOD, {"version": "1.0"}, SETTINGS, "host.json: version: input should be '2.0'"),
    ],
)
def test_a_wrong_app_is_refused_at_start(
    tmp_path: Path, code: str, changes: dict[str, object], settings: dict[str, str], message: str
) -> None:
    host_json = {key: value for key, value in (HOST_JSON | changes).items() if value is not None}
    assert message in refusal(write_app(tmp_path / "app", code, host_json), settings)


def test_the_indexer_finds_every_function_of_an_app() -> None:
    functions = index(APP)
    assert [function.name for function in functions] == ["work", "tick", "things", "open_to_all", "broken"]
    assert functions[0].bindings == [
        {
            "type": "serviceBusTrigger",
            "direction": "IN",
            "name": "message",
            "queueName": "%WORK_QUEUE%",
            "connection": "SERVICE_BUS",
        }
    ]


def test_the_indexer_refuses_a_wrong_binding_in_the_workers_words(tmp_path: Path) -> None:
    with pytest.raises(AppRefused, match="cannot load the work function"):
        index(write_app(tmp_path / "app", MISMATCH, HOST_JSON))

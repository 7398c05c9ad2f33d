"""One instance of a Functions app. Its environment is the app's settings.

Start several on one port, and they compete as instances on Azure do.
"""

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path

from local.functions_host.errors import AppRefused
from local.functions_host.host import load, run
from local.functions_host.host_log import log_to_terminal
from local.functions_host.http_routes import Keys
from local.functions_host.telemetry import flush
from local.serving import announce, end_with_parent, listening_socket


def main() -> None:
    options = _options()
    end_with_parent()
    log_to_terminal(options.instance)
    _prepare_environment(options.instance, options.data)
    try:
        asyncio.run(_main(options))
    except AppRefused as refusal:
        sys.exit(f"functions_host: {refusal}")


async def _main(options: argparse.Namespace) -> None:
    listeners = await load(
        options.app, os.environ, Keys(options.function_key, options.master_key, checked=not options.open)
    )
    bound = listening_socket(options.port, shared=True)
    address = f"http://localhost:{bound.getsockname()[1]}"
    await run(listeners, bound, partial(announce, f"functions_host-{options.instance}", address))
    flush()
    # Functions and storage calls still under way in threads would keep the interpreter from ending.
    os._exit(0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--app", type=Path, required=True, help="folder of host.json and function_app.py")
    parser.add_argument("--port", type=int, required=True, help="loopback port for HTTP; 0 takes a free one")
    parser.add_argument("--instance", default=str(os.getpid()), help="this instance's name")
    parser.add_argument("--data", type=Path, help="folder for the instance's temporary files")
    parser.add_argument("--function-key", help="opens HTTP functions of level function")
    parser.add_argument("--master-key", help="opens all HTTP functions")
    parser.add_argument("--open", action="store_true", help="check no keys, as Core Tools does on a laptop")
    options = parser.parse_args()
    options.app = options.app.resolve()
    return options


def _prepare_environment(instance: str, data: Path | None) -> None:
    """What the platform sets for a worker, and the instance's own, empty temporary folder."""
    os.environ.setdefault("FUNCTIONS_WORKER_RUNTIME", "python")
    os.environ.setdefault("OTEL_RESOURCE_ATTRIBUTES", f"service.instance.id={instance}")
    os.environ["WEBSITE_INSTANCE_ID"] = instance
    if data:
        folder = data.resolve() / instance / "tmp"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        os.environ["TMPDIR"] = tempfile.tempdir = str(folder)


if __name__ == "__main__":
    main()

"""Microsoft's own Python worker, driven in this process: indexing, loading, invoking.

From Python 3.13 on the platform's worker is the package `azure-functions-runtime`; its request
coroutines take plain objects and are called here as the platform's proxy worker calls them. They are
importable, not promised: the version is pinned, and tests tell when they change.

One app a process: the runtime's registry of functions is global.
"""

import json
import os
import sys
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import azure_functions_runtime as runtime  # pyright: ignore[reportMissingTypeStubs] - it has none

from local.functions_host import messages
from local.functions_host.errors import AppRefused
from local.functions_host.messages import (
    FunctionLoadResponse,
    FunctionMetadataResponse,
    InvocationResponse,
    ParameterBinding,
    RpcException,
    RpcFunctionMetadata,
    StatusResult,
    TypedData,
    WorkerInitResponse,
)


@dataclass(frozen=True)
class Function:
    name: str
    #: the worker's own id of it
    id: str
    #: as function.json would hold them
    bindings: tuple[Mapping[str, Any], ...]
    has_retry_policy: bool


@dataclass(frozen=True)
class Call:
    """What one invocation is handed."""

    #: the trigger's parameter, and its value
    parameter: str
    data: TypedData
    metadata: Mapping[str, TypedData]
    trace_parent: str
    trace_state: str


@dataclass(frozen=True)
class Answer:
    """What one invocation gave: the outputs, or the worker's account of the exception."""

    #: `$return` is the function's return value
    outputs: Mapping[str, TypedData]
    error: RpcException | None


async def start_worker(folder: Path) -> list[Function]:
    """Import and index the app in the folder; raises `AppRefused` in the worker's own words.

    Changes the working directory and `sys.path`, as the platform does for its worker process.
    """
    sys.path.insert(0, str(folder))
    os.chdir(folder)
    runtime.start_threadpool_executor()
    await _initialise(folder)
    indexed = cast("FunctionMetadataResponse", await _send("functions_metadata_request", SimpleNamespace()))
    if not indexed.function_metadata_results:
        raise AppRefused(f"0 functions found in {folder}: there is no function_app.py with a function")
    return [await _load(metadata) for metadata in indexed.function_metadata_results]


async def invoke(function: Function, invocation_id: str, call: Call) -> Answer:
    """Run the function once. An exception in it is an answer, not raised here."""
    body = SimpleNamespace(
        invocation_id=invocation_id,
        function_id=function.id,
        input_data=[ParameterBinding(name=call.parameter, data=call.data)],
        trigger_metadata=call.metadata,
        trace_context=SimpleNamespace(trace_parent=call.trace_parent, trace_state=call.trace_state, attributes={}),
        retry_context=SimpleNamespace(retry_count=0, max_retry_count=0, exception=None),
    )
    response = cast("InvocationResponse", await _send("invocation_request", body))
    outputs = {output.name: output.data for output in response.output_data if output.data}
    if response.return_value is not None:
        outputs["$return"] = response.return_value
    return Answer(outputs=outputs, error=_error_in(response.result))


def new_invocation_id() -> str:
    return str(uuid.uuid4())


async def _initialise(folder: Path) -> None:
    body = SimpleNamespace(capabilities={}, function_app_directory=str(folder))
    response = cast("WorkerInitResponse", await _send("worker_init_request", body))
    if error := _error_in(response.result):
        raise AppRefused(f"the worker refused the app: {error.message}\n{error.stack_trace}".rstrip())
    if "HttpUri" in response.capabilities:
        raise AppRefused("HTTP streaming (azurefunctions.extensions.http) is not supported here")


async def _load(metadata: RpcFunctionMetadata) -> Function:
    body = SimpleNamespace(function_id=metadata.function_id, metadata=metadata)
    response = cast("FunctionLoadResponse", await _send("function_load_request", body))
    if error := _error_in(response.result):
        raise AppRefused(f"the worker refused function {metadata.name!r}: {error.message}")
    return Function(
        name=metadata.name,
        id=metadata.function_id,
        bindings=tuple(json.loads(binding) for binding in metadata.raw_bindings),
        has_retry_policy=metadata.retry_options is not None,
    )


async def _send(verb: str, body: object) -> object:
    """The runtime's coroutine of that name, called with a message that holds the body under the same name."""
    coroutine = cast("Callable[[object], Awaitable[object]]", getattr(runtime, verb))
    properties = {"protos": messages, "host": "127.0.0.1"}
    return await coroutine(SimpleNamespace(request=SimpleNamespace(**{verb: body}), properties=properties))


def _error_in(result: StatusResult) -> RpcException | None:
    if result.status == StatusResult.Success:
        return None
    return result.exception or RpcException(message="the worker gave no reason", stack_trace="")

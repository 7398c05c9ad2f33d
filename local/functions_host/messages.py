"""The worker protocol's messages, without protobuf: what `azure-functions-runtime` builds and reads.

On Azure these classes are generated from `FunctionRpc.proto` and travel over gRPC. The runtime never
imports them: the host hands it a module of classes (`properties["protos"]`), so classes of the same
names and fields do, and neither protobuf nor a second process is needed. What the runtime sets is
declared field by field, so a release that sets another one fails at once with a TypeError.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import ClassVar


class TypedData:
    """One value and its kind, given as the only keyword: `TypedData(json="1")`. None: no value."""

    KINDS: ClassVar = frozenset({"string", "bytes", "json", "int", "double", "http"})

    def __init__(self, **value: object) -> None:
        if not self.KINDS.issuperset(value) or len(value) > 1:
            raise TypeError(f"kinds {sorted(value)}; one of {sorted(self.KINDS)} is needed")
        self.kind, self.value = next(iter(value.items()), (None, None))

    def __getattr__(self, name: str) -> object:
        if name != self.kind:
            raise AttributeError(name)
        return self.value

    def WhichOneof(self, _group: str) -> str | None:  # noqa: N802 - protobuf's name
        return self.kind


@dataclass(frozen=True)
class ParameterBinding:
    name: str
    data: TypedData | None

    def WhichOneof(self, _group: str) -> str:  # noqa: N802 - protobuf's name
        return "data"


@dataclass(frozen=True)
class RpcException:
    message: str
    stack_trace: str


@dataclass(frozen=True)
class StatusResult:
    Failure: ClassVar = 0
    Success: ClassVar = 1

    status: int
    exception: RpcException | None = None


@dataclass(frozen=True)
class WorkerMetadata:
    runtime_name: str
    runtime_version: str
    worker_version: str
    worker_bitness: str
    custom_properties: Mapping[str, str]


@dataclass(frozen=True)
class WorkerInitResponse:
    result: StatusResult
    capabilities: Mapping[str, str]
    worker_metadata: WorkerMetadata


@dataclass(frozen=True)
class BindingInfo:
    out: ClassVar = 1
    inout: ClassVar = 2
    undefined: ClassVar = 0

    type: str
    data_type: object
    direction: object


@dataclass(frozen=True)
class RpcRetryOptions:
    max_retry_count: int
    retry_strategy: str
    delay_interval: timedelta | None = None
    minimum_interval: timedelta | None = None
    maximum_interval: timedelta | None = None


@dataclass(frozen=True)
class RpcFunctionMetadata:
    name: str
    function_id: str
    managed_dependency_enabled: bool
    directory: str
    script_file: str
    entry_point: str
    is_proxy: bool
    language: str
    bindings: Mapping[str, BindingInfo]
    #: one JSON object a binding, as function.json would hold it
    raw_bindings: Sequence[str]
    retry_options: RpcRetryOptions | None
    properties: Mapping[str, str]


@dataclass(frozen=True)
class FunctionMetadataResponse:
    result: StatusResult
    use_default_metadata_indexing: bool
    #: None where there is no function_app.py
    function_metadata_results: Sequence[RpcFunctionMetadata] | None


@dataclass(frozen=True)
class FunctionLoadResponse:
    result: StatusResult
    function_id: str


@dataclass(frozen=True)
class InvocationResponse:
    result: StatusResult
    invocation_id: str
    return_value: TypedData | None = None
    output_data: Sequence[ParameterBinding] = ()


@dataclass(frozen=True)
class NullableString:
    value: str


@dataclass(frozen=True)
class NullableBool:
    value: bool


@dataclass(frozen=True)
class NullableDouble:
    value: float


@dataclass(frozen=True)
class Timestamp:
    #: since 1970
    seconds: int


@dataclass(frozen=True)
class NullableTimestamp:
    value: Timestamp


@dataclass(frozen=True)
class RpcHttpCookie:
    SameSite: ClassVar = SimpleNamespace(**{"None": 0, "Lax": 1, "Strict": 2, "ExplicitNone": 3})

    name: str
    value: str
    domain: NullableString | None
    path: NullableString | None
    expires: NullableTimestamp | None
    secure: NullableBool | None
    http_only: NullableBool | None
    same_site: int
    #: seconds
    max_age: NullableDouble | None


@dataclass(frozen=True)
class RpcHttp:
    """A request (method, url, query, params) or a response (status_code, cookies)."""

    headers: Mapping[str, str]
    body: TypedData | None
    method: str = ""
    url: str = ""
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    params: Mapping[str, str] = field(default_factory=dict[str, str])
    status_code: str = ""
    cookies: Sequence[RpcHttpCookie] | None = None
    enable_content_negotiation: bool = False

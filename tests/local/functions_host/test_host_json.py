from datetime import timedelta
from pathlib import Path

import pytest

from local.functions_host.errors import AppRefused
from local.functions_host.host_json import HostJson, parse_duration, parse_host_json, read_host_json


def obeyed(**document: object) -> HostJson:
    return parse_host_json({"version": "2.0", **document})[0]


def test_the_defaults_are_the_platforms() -> None:
    host_json = obeyed()
    assert host_json.telemetry_mode == "ApplicationInsights"
    assert host_json.function_timeout == timedelta(minutes=30)
    assert host_json.extensions.http.route_prefix == "api"
    options = host_json.extensions.service_bus
    assert (options.max_concurrent_calls, options.prefetch_count, options.auto_complete_messages) == (16, 0, True)
    assert options.max_auto_lock_renewal_duration == timedelta(minutes=5)


def test_what_is_set_is_obeyed() -> None:
    service_bus = {"maxConcurrentCalls": 2, "prefetchCount": 3, "maxAutoLockRenewalDuration": "00:10:00"}
    host_json = obeyed(functionTimeout="00:10:00", extensions={"http": {"routePrefix": ""}, "serviceBus": service_bus})
    assert host_json.function_timeout == timedelta(minutes=10)
    assert host_json.extensions.http.route_prefix == ""
    assert host_json.extensions.service_bus.max_concurrent_calls == 2
    assert host_json.extensions.service_bus.max_auto_lock_renewal_duration == timedelta(minutes=10)


def test_a_timeout_of_minus_one_is_none() -> None:
    assert obeyed(functionTimeout="-1").function_timeout is None


def test_keys_without_effect_here_are_named() -> None:
    document = {
        "version": "2.0",
        "logging": {"logLevel": {"default": "Warning"}},
        "extensions": {"serviceBus": {"clientRetryOptions": {"maxRetries": 3}, "maxConcurrentCalls": 1}},
    }
    host_json, without_effect = parse_host_json(document)
    assert without_effect == ["logging", "extensions.serviceBus.clientRetryOptions"]
    assert host_json.extensions.service_bus.max_concurrent_calls == 1


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({}, "version: field required"),
        ({"version": "2.0", "extensionz": {}}, "extensionz: unknown key"),
        (
            {"version": "2.0", "extensions": {"serviceBus": {"maxConcurrentCals": 1}}},
            "extensions.serviceBus.maxConcurrentCals: unknown key",
        ),
        (
            {"version": "2.0", "extensions": {"serviceBus": {"messageHandlerOptions": {"maxConcurrentCalls": 1}}}},
            "extensions.serviceBus.messageHandlerOptions: the nesting of extension 4.x",
        ),
        ({"version": "2.0", "extensions": {"serviceBus": {"maxConcurrentCalls": 0}}}, "greater than or equal to 1"),
        ({"version": "2.0", "extensions": {"serviceBus": {"maxConcurrentCalls": "1"}}}, "valid integer"),
        ({"version": "2.0", "functionTimeout": "10 minutes"}, "functionTimeout: value error, '10 minutes' is not a"),
        ({"version": "2.0", "telemetryMode": "opentelemetry"}, "telemetryMode: input should be"),
        ({"version": "2.0", "extensionBundle": {"id": "Mine", "version": "[4.*, 5.0.0)"}}, "extensionBundle.id"),
        (["version"], "valid dictionary"),
    ],
)
def test_a_wrong_document_is_refused_with_the_place(document: object, message: str) -> None:
    with pytest.raises(AppRefused) as refusal:
        parse_host_json(document)
    assert message in str(refusal.value)


@pytest.mark.parametrize("version", ["[4.*, 5.0.0)", "[4.0.0, 5.0.0)"])
def test_both_ways_of_writing_the_bundles_version_are_taken(version: str) -> None:
    bundle = {"id": "Microsoft.Azure.Functions.ExtensionBundle", "version": version}
    assert obeyed(extensionBundle=bundle).extension_bundle is not None


def test_a_missing_or_broken_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AppRefused, match=r"there is no host\.json"):
        read_host_json(tmp_path)
    (tmp_path / "host.json").write_text("{")
    with pytest.raises(AppRefused, match=r"host\.json is not JSON"):
        read_host_json(tmp_path)


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("00:00:30", timedelta(seconds=30)),
        ("1:02:03.5", timedelta(hours=1, minutes=2, seconds=3.5)),
        ("2.00:00:00", timedelta(days=2)),
    ],
)
def test_durations_are_dotnets(text: str, duration: timedelta) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize("text", ["30", "00:60:00", "00:00", "PT5M", "", 30])
def test_other_durations_are_refused(text: object) -> None:
    with pytest.raises(ValueError, match="is not a duration hh:mm:ss"):
        parse_duration(text)

"""Where the stack's programs listen, and what the app is told of it."""

from pathlib import Path

import pytest

from local.serving import Certificate, listening_socket
from local.stack.layout import LISTENERS, Options, app_instances, app_settings, layout_in, stand_ins

CERTIFICATE = Certificate(Path("localhost.pem"), Path("localhost.key"))


def test_a_restarted_stack_is_found_where_it_was(tmp_path: Path) -> None:
    assert layout_in(tmp_path) == layout_in(tmp_path)


def test_two_stacks_share_neither_ports_nor_secrets(tmp_path: Path) -> None:
    one, other = layout_in(tmp_path / "one", at_home=False), layout_in(tmp_path / "other", at_home=False)
    assert one.webhook_signature != other.webhook_signature
    assert one.service_bus_key != other.service_bus_key


def test_no_secret_looks_like_an_option_on_a_command_line(tmp_path: Path) -> None:
    layouts = [layout_in(tmp_path / str(number), at_home=False) for number in range(20)]
    secrets = [
        secret for one in layouts for secret in (one.webhook_signature, one.service_bus_key, one.identity_header)
    ]
    assert all(secret.isalnum() for secret in secrets)


def test_a_taken_port_is_not_insisted_on(tmp_path: Path) -> None:
    with listening_socket(0) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            listening_socket(port)
    assert set(layout_in(tmp_path).ports) == set(LISTENERS)


def test_every_stand_in_listens_where_the_app_is_told(tmp_path: Path) -> None:
    layout = layout_in(tmp_path, at_home=False)
    settings = app_settings(Options(data=tmp_path, app=tmp_path), layout, CERTIFICATE)
    told = " ".join(settings.values())
    assert {name for name in LISTENERS if f":{layout.ports[name]}" in told} == set(LISTENERS)


def test_all_instances_of_the_app_share_one_port_and_nothing_else_gets_its_settings(tmp_path: Path) -> None:
    options = Options(data=tmp_path, app=tmp_path, instances=3)
    layout = layout_in(tmp_path, at_home=False)
    instances = app_instances(options, layout)
    assert [one.name for one in instances] == ["functions_host-1", "functions_host-2", "functions_host-3"]
    assert all(str(layout.ports["functions"]) in one.command for one in instances)
    assert all(one.needs_settings for one in instances)
    assert not any(one.needs_settings for one in stand_ins(options, layout))


def test_settling_is_waited_in_real_time_and_everything_else_at_the_stacks_speed(tmp_path: Path) -> None:
    options = Options(data=tmp_path, app=tmp_path, speed=600)
    [broker] = [one for one in stand_ins(options, layout_in(tmp_path, at_home=False)) if one.name == "service_bus"]
    command = " ".join(broker.command)
    assert "--speed 600" in command
    assert "--real-time intake" in command

"""Which programs make the stack, where they listen, and the app settings that lead the app to them.

Everything here is a value: `supervisor` starts what this describes.
"""

import json
import secrets
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

from local.serving import LOOPBACK, Certificate, listening_socket

QUEUES = ("intake", "prepare", "submit", "watch", "assess", "deploy", "close", "notify")
REPEATS_SECONDS = 3600  #: window of duplicate detection; longer than the longest wait between two looks
CONTAINERS = ("datasets", "recipes", "runs")
LISTENERS = ("azurite", "service_bus", "foundry", "identity", "teams", "insights", "functions")
WELL_KNOWN = {"azurite": 10000, "functions": 7071}  #: where people look first; any free port otherwise
SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
ACCOUNT = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/laptop/providers/Microsoft.CognitiveServices/accounts/laptop"
AZURITE_ACCOUNT = "devstoreaccount1"
AZURITE_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
"""Azurite's own account and key: public, the same on every machine (Azurite's README)."""


@dataclass(frozen=True)
class Component:
    """One program of the stack."""

    name: str
    command: tuple[str, ...]
    ready: str  #: what its output says once it listens
    needs_settings: bool = False  #: it is the app, and gets the app settings as its environment


@dataclass(frozen=True)
class Layout:
    """The stack's ports and secrets; kept in a file, so that a restarted stack is found where it was."""

    ports: dict[str, int]
    identity_header: str
    service_bus_key: str
    webhook_signature: str

    def url(self, name: str) -> str:
        scheme = "https" if name == "foundry" else "http"
        return f"{scheme}://localhost:{self.ports[name]}"

    @property
    def storage(self) -> str:
        """Azurite's connection string."""
        endpoint = f"http://{LOOPBACK}:{self.ports['azurite']}/{AZURITE_ACCOUNT}"
        return (
            f"DefaultEndpointsProtocol=http;AccountName={AZURITE_ACCOUNT};AccountKey={AZURITE_KEY};"
            f"BlobEndpoint={endpoint};"
        )

    @property
    def service_bus(self) -> str:
        """The broker's connection string. `UseDevelopmentEmulator` makes the SDK speak AMQP without TLS."""
        return (
            f"Endpoint=sb://localhost:{self.ports['service_bus']};SharedAccessKeyName=RootManageSharedAccessKey;"
            f"SharedAccessKey={self.service_bus_key};UseDevelopmentEmulator=true;"
        )

    @property
    def webhook(self) -> str:
        """The address the app posts cards to. Its `sig` is the secret."""
        return (
            f"{self.url('teams')}/workflows/tunedrop/triggers/manual/paths/invoke"
            f"?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig={quote(self.webhook_signature)}"
        )


@dataclass(frozen=True)
class Options:
    """How a stack is to be run."""

    data: Path
    app: Path
    speed: float = 60  #: how much faster than real time Foundry and scheduled messages run
    instances: int = 2  #: of the app
    job_hours: float | None = None  #: how long a job trains; by its tokens if not given
    quotas: int = 1  #: of Foundry, how many times as large as Azure's
    settling_seconds: float = 5
    lock_seconds: int = 60  #: how long a message is a dead instance's own
    sweep_schedule: str = "0 * * * * *"  #: NCRONTAB: each minute, where Azure has each quarter of an hour
    scans: bool = False  #: whether drops are scanned for malware, and the app waits for it
    signs_in: bool = False  #: whether people sign in to the app's pages, instead of bringing a key
    unscanned: str = "unscanned"  #: blobs with this in their name are never scanned
    lose_events: int = 0  #: every how many-th announcement of a blob is lost; 0 loses none
    at_home: bool = True  #: on the ports where people look first, if they are free; tests take any


def layout_in(data: Path, *, at_home: bool = True) -> Layout:
    """The stack's layout as it was, or a new one on ports that are free now."""
    path = data / "stack.json"
    if path.exists():
        return Layout(**json.loads(path.read_text(encoding="utf-8")))
    made = Layout(
        ports={name: _free_port(WELL_KNOWN.get(name, 0) if at_home else 0) for name in LISTENERS},
        identity_header=secrets.token_hex(16),
        service_bus_key=secrets.token_hex(24),
        webhook_signature=secrets.token_hex(24),
    )
    data.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(made), indent=2), encoding="utf-8")
    return made


def _free_port(wanted: int) -> int:
    for port in (wanted, 0):
        try:
            with listening_socket(port) as bound:
                return bound.getsockname()[1]
        except OSError:
            continue
    raise OSError("no free port on loopback")


def stand_ins(options: Options, layout: Layout) -> list[Component]:
    """The laptop's Azure, in the order in which it starts."""
    return [
        _azurite(options, layout),
        _stand_in("identity", options, layout, "--header", layout.identity_header),
        _stand_in("service_bus", options, layout, *_broker_options(options, layout)),
        _stand_in("foundry", options, layout, *_foundry_options(options)),
        _stand_in("teams", options, layout, "--signature", layout.webhook_signature),
        _stand_in("insights", options, layout),
        _event_grid(options, layout),
        *([_scanner(options, layout)] if options.scans else []),
    ]


def app_instances(options: Options, layout: Layout) -> list[Component]:
    """The app, as many times as asked: all instances share one port and compete for every message."""
    return [
        Component(
            name=f"functions_host-{number}",
            command=(
                *_module("functions_host"),
                *("--app", str(options.app), "--port", str(layout.ports["functions"])),
                *("--open", "--instance", str(number), "--data", str(options.data / "functions_host")),
            ),
            ready=f"ready functions_host-{number} ",
            needs_settings=True,
        )
        for number in range(1, options.instances + 1)
    ]


def _module(name: str) -> tuple[str, ...]:
    return (sys.executable, "-m", f"local.{name}")


def _stand_in(name: str, options: Options, layout: Layout, *more: str) -> Component:
    common = ("--port", str(layout.ports[name]), "--data", str(options.data / name))
    return Component(name, (*_module(name), *common, *more), f"ready {name} ")


def _broker_options(options: Options, layout: Layout) -> Sequence[str]:
    limits = f"lock={options.lock_seconds},max=10,dup={REPEATS_SECONDS}"
    queues = [part for name in QUEUES for part in ("--queue", f"{name}:{limits}")]
    return (*queues, "--speed", str(options.speed), "--real-time", "intake", "--key", layout.service_bus_key)


def _foundry_options(options: Options) -> Sequence[str]:
    hours = ("--job-hours", str(options.job_hours)) if options.job_hours else ()
    return ("--speed", str(options.speed), "--quotas", str(options.quotas), *hours)


def _event_grid(options: Options, layout: Layout) -> Component:
    return Component(
        "event_grid",
        (
            *_module("event_grid"),
            *("--data", str(options.data / "event_grid"), "--container", "datasets", "--queue", "intake"),
            *("--storage", layout.storage, "--service-bus", layout.service_bus),
            *("--drop-every", str(options.lose_events)),
        ),
        "ready event_grid ",
    )


def _scanner(options: Options, layout: Layout) -> Component:
    command = (*_module("scanner"), "--storage", layout.storage, "--container", "datasets", "--skip", options.unscanned)
    return Component("scanner", command, "ready scanner ")


def _azurite(options: Options, layout: Layout) -> Component:
    """Microsoft's emulator from npm. It ends when its standard input does: with whoever started it."""
    blob = "azurite/dist/src/blob/main.js"
    script = f"process.stdin.resume().on('end', () => process.exit(0)); require('{blob}');"
    return Component(
        "azurite",
        (
            *("node", "-e", script, "azurite", "--skipApiVersionCheck", "--disableTelemetry"),
            *("--blobHost", LOOPBACK, "--blobPort", str(layout.ports["azurite"])),
            *("--location", str(options.data / "azurite")),
        ),
        "successfully listen",
    )


def app_settings(options: Options, layout: Layout, certificate: Certificate) -> dict[str, str]:
    """The app's settings: the same names as in Azure, with the laptop's addresses."""
    return {
        "AzureWebJobsStorage": layout.storage,
        "DATA_STORAGE": layout.storage,
        "SERVICE_BUS": layout.service_bus,
        "FOUNDRY_PROJECT_ENDPOINT": f"{layout.url('foundry')}/api/projects/tunedrop",
        "FOUNDRY_ACCOUNT_ID": ACCOUNT,
        "ARM_ENDPOINT": layout.url("foundry"),
        "TEAMS_WEBHOOK_URL": layout.webhook,
        "PAGES_URL": f"{layout.url('functions')}/api",
        "MALWARE_SCAN": "required" if options.scans else "off",
        "PAGES_SIGN_IN": "entra" if options.signs_in else "off",
        "WEBSITE_AUTH_ENABLED": "true" if options.signs_in else "",
        "SETTLING_SECONDS": str(options.settling_seconds),
        "SWEEP_SCHEDULE": options.sweep_schedule,
        "IDENTITY_ENDPOINT": f"{layout.url('identity')}/msi/token",
        "IDENTITY_HEADER": layout.identity_header,
        "SSL_CERT_FILE": str(certificate.certificate),
        "REQUESTS_CA_BUNDLE": str(certificate.certificate),
        "APPLICATIONINSIGHTS_CONNECTION_STRING": (
            "InstrumentationKey=00000000-0000-0000-0000-000000000001;"
            f"IngestionEndpoint=http://{LOOPBACK}:{layout.ports['insights']};"
            f"LiveEndpoint=http://{LOOPBACK}:{layout.ports['insights']}"
        ),
        "APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL": "true",
        "APPLICATIONINSIGHTS_CONTROLPLANE_DISABLED": "true",
        "WEBSITE_SITE_NAME": "tunedrop",
        "PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY": "true",
        "OTEL_TRACES_SAMPLER": "always_on",
        "OTEL_BSP_SCHEDULE_DELAY": "1000",
        "OTEL_BLRP_SCHEDULE_DELAY": "1000",
        "OTEL_METRIC_EXPORT_INTERVAL": "5000",
    }

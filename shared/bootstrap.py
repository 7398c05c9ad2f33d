"""Opens the clients, once a worker process. The only place that reads the environment."""

import logging
import os
from datetime import UTC, datetime
from functools import cache
from typing import Any

import httpx2
from azure.ai.projects import AIProjectClient
from azure.core.credentials import TokenCredential
from azure.identity import DefaultAzureCredential
from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient
from azure.servicebus import ServiceBusClient
from azure.storage.blob import BlobServiceClient, ExponentialRetry

from shared.adapters.app_service_sign_in import AppServiceSignIn
from shared.adapters.arm_deployer import Account, ArmDeployer
from shared.adapters.azure_monitor import AzureMonitor
from shared.adapters.blob_catalogue import BlobCatalogue
from shared.adapters.blob_datasets import BlobDatasets
from shared.adapters.blob_files import BlobRunFiles
from shared.adapters.blob_runs import BlobRuns
from shared.adapters.defender_scans import DefenderScans
from shared.adapters.foundry_trainer import FoundryTrainer
from shared.adapters.function_keys import FunctionKeys
from shared.adapters.measurements import measurements
from shared.adapters.no_channel import NoChannel
from shared.adapters.no_scanner import NoScanner
from shared.adapters.request_ids import keep_answers_id
from shared.adapters.scratch_files import ScratchFiles
from shared.adapters.service_bus import ServiceBus
from shared.adapters.service_bus_dead_letters import ServiceBusDeadLetters
from shared.adapters.teams_channel import TeamsChannel
from shared.ports import Channel, Services
from shared.settings import Settings, read_settings

CHUNK = 4 * 1024 * 1024  #: bytes of a blob in memory at a time
NOISY = (
    "azure.core.pipeline.policies.http_logging_policy",
    "azure.identity",
    "azure.monitor",
    "azure.servicebus._pyamqp",
    "httpx2",
    "openai",
)


@cache
def services() -> Services:
    """Everything a step may ask for. Raises `SettingsInvalid`."""
    settings = _settings()
    credential = _credential(settings.azure_client_id)
    blobs = _blobs(settings)
    recipes = blobs.get_container_client(settings.recipes_container)
    runs = blobs.get_container_client(settings.runs_container)
    account = settings.account
    inference = AIProjectClient(settings.foundry_project_endpoint, credential).get_openai_client()
    return Services(
        runs=BlobRuns(runs),
        bus=ServiceBus(_bus(settings), _now),
        datasets=BlobDatasets(blobs, recipes),
        scanner=NoScanner() if settings.malware_scan == "off" else DefenderScans(blobs),
        files=BlobRunFiles(runs),
        trainer=FoundryTrainer(inference, account.name),
        deployer=ArmDeployer(
            _arm(settings, credential), Account(account.resource_group, account.name), inference, _now
        ),
        channel=_channel(settings),
        telemetry=AzureMonitor(measurements()),
        catalogue=BlobCatalogue(recipes, _now),
        scratch=ScratchFiles,
        now=_now,
        settling=settings.settling,
        account=f"{account.name}, {settings.foundry_project_endpoint}",
    )


def datasets_container() -> str:
    """The container that people drop into."""
    return _settings().datasets_container


def sign_in() -> FunctionKeys | AppServiceSignIn:
    """Who tells who is at the pages."""
    settings = _settings()
    if settings.pages_sign_in == "off":
        return FunctionKeys()
    return AppServiceSignIn(is_on=settings.website_auth_enabled)


def asks_for_keys() -> bool:
    """Whether the platform is to ask for function keys: it must know before anything else of the app is needed."""
    return os.environ.get("PAGES_SIGN_IN", "").strip() != "entra"


def dead_letters() -> ServiceBusDeadLetters:
    """What the queues gave up, for the operator's command."""
    return ServiceBusDeadLetters(_bus(_settings()))


@cache
def _settings() -> Settings:
    return read_settings(os.environ)


def _now() -> datetime:
    return datetime.now(UTC)


def _credential(client_id: str | None) -> TokenCredential:
    """In Azure the managed identity, which is not guessed from several; on a laptop whoever is signed in."""
    return DefaultAzureCredential(managed_identity_client_id=client_id)


def _blobs(settings: Settings) -> BlobServiceClient:
    options: dict[str, Any] = {
        "max_single_get_size": CHUNK,
        "max_chunk_get_size": CHUNK,
        "retry_policy": ExponentialRetry(initial_backoff=1, increment_base=2, random_jitter_range=1),
    }
    if settings.data_storage:
        return BlobServiceClient.from_connection_string(settings.data_storage.get_secret_value(), **options)
    credential = _credential(settings.data_storage_client_id or settings.azure_client_id)
    return BlobServiceClient(settings.blob_service_uri or "", credential, **options)


def _bus(settings: Settings) -> ServiceBusClient:
    if settings.service_bus:
        return ServiceBusClient.from_connection_string(settings.service_bus.get_secret_value())
    credential = _credential(settings.service_bus_client_id or settings.azure_client_id)
    return ServiceBusClient(settings.service_bus_namespace or "", credential)


def _arm(settings: Settings, credential: TokenCredential) -> CognitiveServicesManagementClient:
    """Without the SDK's own tries, which wait in place for as long as a Retry-After says."""
    return CognitiveServicesManagementClient(
        credential,
        settings.account.subscription,
        base_url=settings.arm_endpoint,
        credential_scopes=[f"{settings.arm_audience}/.default"],
        retry_total=0,
        raw_response_hook=keep_answers_id,
    )


def _channel(settings: Settings) -> Channel:
    if settings.teams_webhook_url is None:
        return NoChannel()
    return TeamsChannel(httpx2.Client(follow_redirects=False), settings.teams_webhook_url, settings.pages)


def quieten() -> None:
    """Keep the SDKs' own chatter out of telemetry: what the exporter logs of its requests, it would export again."""
    logging.getLogger("tunedrop").setLevel(logging.INFO)
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)

"""The deployments that the tests look at: each parameter file as it is meant to be used."""

from functools import cache
from pathlib import Path
from typing import Any

from tests.infra.bicep.deployment import Deployment, parameters
from tests.infra.bicep.resources import Resource

CHECKOUT = Path(__file__).resolve().parents[2]
INFRA = CHECKOUT / "infra"
MAIN = INFRA / "main.bicep"
MODULES = sorted(INFRA.glob("modules/*.bicep"))
WEBHOOK = "https://workflows.example/invoke?sig=canary"
FOUNDRY = "/subscriptions/theirs/resourceGroups/ai/providers/Microsoft.CognitiveServices/accounts/company"
ENVIRONMENTS = {
    "trial": {"AZURE_PRINCIPAL_ID": "me"},
    "production": {
        "AZURE_ENV_NAME": "tunedrop-production",
        "AZURE_LOCATION": "swedencentral",
        "TEAMS_WEBHOOK_URL": WEBHOOK,
        "ALERT_EMAILS": "operations@example.com,owner@example.com",
        "UPLOADER_GROUP_IDS": "uploaders",
        "RECIPE_AUTHOR_GROUP_IDS": "authors",
        "ADDRESS_SPACE": "10.90.0.0/24",
        "OPERATOR_GROUP_IDS": "operators",
        "MONTHLY_BUDGET": "5000",
        "FOUNDRY_ACCOUNT_ID": FOUNDRY,
        "FOUNDRY_PROJECT_ENDPOINT": "https://company.services.ai.azure.com/api/projects/tuning",
        "PAGES_CLIENT_ID": "pages",
    },
}
JUDGE = {"name": "judge", "model": "gpt-5-mini", "version": "2025-08-07", "sku": "GlobalStandard", "capacity": 50}
WHOLE = {"modelDeployments": [JUDGE], "malwareScan": True, "alwaysReadyPages": 1, "pagesClientId": "pages"}
"""Options of the trial that its file leaves alone."""


@cache
def deployed(name: str) -> Deployment:
    """`trial`, `production`, or `whole`: a trial with every option that the other two have not."""
    given = parameters(
        INFRA / f"{'trial' if name == 'whole' else name}.bicepparam", ENVIRONMENTS.get(name, ENVIRONMENTS["trial"])
    )
    return Deployment(MAIN, given | (WHOLE if name == "whole" else {}))


def made(deployment: Deployment, kind: str) -> list[Resource]:
    """The resources of one type, or, with a `*` at its end, of all types that begin so."""
    found = [one for _, one in deployment.everything()]
    return [one for one in found if one.type == kind or (kind[-1] == "*" and one.type.startswith(kind[:-1]))]


def only(deployment: Deployment, kind: str) -> Resource:
    [found] = made(deployment, kind)
    return found


def app_settings(deployment: Deployment) -> dict[str, str]:
    """The app settings as Azure would hold them."""
    written = only(deployment, "Microsoft.Web/sites").properties["siteConfig"]["appSettings"]
    return {one["name"]: one["value"] for one in written}


def at(value: Any, path: str) -> Any:
    """A property of a resource, by its path; `None` where there is none."""
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value

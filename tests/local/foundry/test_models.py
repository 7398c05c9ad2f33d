import datetime as dt

import pytest

from local.foundry.errors import Refused
from local.foundry.models import catalogue, describe, describe_tuned


def test_the_developer_tier_serves_exactly_four_models() -> None:
    served = {model.name for model in catalogue().models if "DeveloperTier" in model.deploys}
    assert served == {"gpt-4.1", "gpt-4.1-mini", "gpt-4.1-nano", "o4-mini"}


def test_models_are_found_by_alias_and_by_snapshot() -> None:
    assert catalogue().find("gpt-4.1-mini") is catalogue().find("gpt-4.1-mini-2025-04-14")
    assert catalogue().find("gpt-3.5-turbo") is None


def test_a_base_model_is_described_with_its_end_and_without_the_developer_tier() -> None:
    nano = catalogue().find("gpt-4.1-nano")
    assert nano
    shown = describe(nano)
    assert (shown["name"], shown["version"], shown["lifecycleStatus"]) == ("gpt-4.1-nano", "2025-04-14", "Deprecating")
    assert shown["deprecation"] == {
        "fineTune": "2027-04-14T00:00:00Z",
        "inference": "2026-10-14T00:00:00Z",
        "deprecationStatus": "Planned",
    }
    assert "DeveloperTier" not in str(shown["skus"])
    assert nano.is_retired(dt.date(2026, 10, 14))


def test_a_tuned_model_names_its_base_and_offers_the_developer_tier() -> None:
    nano = catalogue().find("gpt-4.1-nano")
    assert nano
    shown = describe_tuned(nano, "gpt-4.1-nano-2025-04-14.ft-1")
    assert shown["baseModel"] == {"format": "OpenAI", "name": "gpt-4.1-nano", "version": "2025-04-14"}
    assert "OpenAI.DeveloperTier.gpt-4.1-nano-finetune" in str(shown["skus"])


def test_another_region_is_refused() -> None:
    catalogue().at("East US 2")
    with pytest.raises(Refused, match="eastus2"):
        catalogue().at("westeurope")


def test_quotas_can_be_granted_many_times_over_and_limits_of_a_file_cannot() -> None:
    granted = catalogue().with_quotas(7)
    assert granted.limits.tuned_deployments == 7 * catalogue().limits.tuned_deployments
    assert granted.limits.running["other"] == 7 * catalogue().limits.running["other"]
    assert granted.limits.file_bytes == catalogue().limits.file_bytes
    assert granted.quotas()["OpenAI.DeveloperTier.gpt-4.1-nano-finetune"] == 7 * 250

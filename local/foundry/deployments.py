"""Deployments, as ARM makes and lists them. What state one is in follows from its times alone."""

import hashlib
from typing import Literal, NamedTuple

from msgspec.structs import replace

from local.foundry.clock import iso
from local.foundry.deployment_rules import (
    DeployedModel,
    DeploymentRequest,
    check_quota,
    read_request,
    read_sku,
    unsupported,
)
from local.foundry.errors import Refused
from local.foundry.jobs import Jobs
from local.foundry.models import DEVELOPER, Catalogue, Model, describe, describe_tuned
from local.foundry.records import Deployment, Effect, EffectKind
from local.foundry.store import Store

# Virtual seconds. How long creating takes is ours. That ARM's "Succeeded" comes minutes before the data plane knows
# the deployment, and that a delete needs 15 to 20 s: microsoft/azure-skills, Aug 2026.
ACCEPTED, CREATING, NOT_READY, DELETING = 5, 90, 150, 15
DEVELOPER_LIFETIME, IDLE_LIFETIME = 24 * 3600, 15 * 24 * 3600  # azure-ai-docs, 2026

type State = Literal["Accepted", "Creating", "Succeeded", "Deleting", "Gone"]


class Served(NamedTuple):
    """What a deployment's model is."""

    base: Model
    serves: str  #: the base's id, or a job's
    tuned: bool


def state_of(deployment: Deployment, now: float) -> State:
    """ARM's provisioningState, and one more for what is no longer there."""
    if now >= _end(deployment):
        return "Gone"
    if deployment.deleted_at is not None:
        return "Deleting"
    age = now - deployment.changed_at
    if age < ACCEPTED:
        return "Accepted"
    return "Creating" if age < CREATING else "Succeeded"


def is_ready(deployment: Deployment, now: float) -> bool:
    """Whether the data plane knows it already."""
    return now - deployment.changed_at >= CREATING + NOT_READY


def show_deployment(deployment: Deployment, now: float) -> dict[str, object]:
    """A deployment as ARM answers it."""
    return {
        "id": f"{deployment.resource_id}/deployments/{deployment.id}",
        "type": "Microsoft.CognitiveServices/accounts/deployments",
        "name": deployment.id,
        "sku": {"name": deployment.sku, "capacity": deployment.capacity},
        "properties": {
            "model": {
                "format": deployment.model_format,
                "name": deployment.model_name,
                "version": deployment.model_version,
            },
            "versionUpgradeOption": deployment.upgrade,
            "currentCapacity": deployment.capacity,
            "capabilities": {"chatCompletion": "true"},
            "raiPolicyName": deployment.rai_policy,
            "provisioningState": state_of(deployment, now),
        },
        "systemData": {
            "createdBy": "stand-in",
            "createdByType": "Application",
            "createdAt": iso(deployment.created_at),
            "lastModifiedAt": iso(deployment.changed_at),
        },
        "etag": _etag(deployment),
        "tags": deployment.tags,
    }


class Deployments:
    """The resource's deployments. Every method wants a transaction around it."""

    def __init__(self, store: Store, jobs: Jobs, catalogue: Catalogue) -> None:
        self._store, self._jobs, self._catalogue = store, jobs, catalogue

    def put(self, resource_id: str, name: str, body: bytes, now: float) -> tuple[int, Deployment]:
        """Create (201), change, or find as it is wanted (200)."""
        request = read_request(name, body)
        known = self._store.deployments.get(name)
        wanted = self._wanted(resource_id, name, request, known, now)
        if known and state_of(known, now) != "Deleting" and _is_same(known, wanted):
            return 200, known
        self._check_quiet(resource_id, now)
        self._check_room(wanted)
        self._store.deployments.put(wanted)
        if known is None:
            self._note("deployments_created", wanted, now)
        return (200 if known else 201), wanted

    def get(self, name: str) -> Deployment:
        """Raises `Refused` if there is none."""
        found = self._store.deployments.get(name)
        if found is None:
            raise Refused(404, "ResourceNotFound", f"The Resource 'deployments/{name}' was not found.")
        return found

    def all(self) -> list[Deployment]:
        return self._store.deployments.all()

    def delete(self, name: str, now: float) -> Deployment | None:
        """Begin to delete; None if there is nothing to."""
        found = self._store.deployments.get(name)
        if found is None:
            return None
        if found.deleted_at is None:
            found = replace(found, deleted_at=now)
            self._store.deployments.put(found)
            self._note("deployments_deleted", found, now)
        return found

    def used(self, deployment: Deployment, now: float) -> None:
        """Remember that it was called, which keeps it from going idle."""
        self._store.deployments.put(replace(deployment, used_at=now))

    def prune(self, now: float) -> None:
        """Forget what is gone: deleted, a day old on the Developer tier, or idle for 15 days."""
        for deployment in self.all():
            if state_of(deployment, now) == "Gone":
                self._store.deployments.remove(deployment.id)
                if deployment.deleted_at is None:
                    self._note("deployments_expired", deployment, _end(deployment))

    def models(self) -> list[dict[str, object]]:
        """What can be deployed: base models, and those of jobs that succeeded."""
        tuned = [job for job in self._store.jobs.all() if job.status == "succeeded"]
        shown = [describe_tuned(self._catalogue.base_of(job), job.tuned_model) for job in tuned]
        return [*map(describe, self._catalogue.models), *shown]

    def usages(self) -> list[dict[str, object]]:
        """Each quota, and how much of it is taken."""
        return [_usage(name, self._used(name), limit) for name, limit in self._catalogue.quotas().items()]

    def _wanted(
        self, resource_id: str, name: str, request: DeploymentRequest, known: Deployment | None, now: float
    ) -> Deployment:
        given = request.properties.model
        served = self._served(given)
        sku = read_sku(request.sku.name, served.base, tuned=served.tuned)
        return Deployment(
            id=name,
            resource_id=resource_id,
            model_format=given.format,
            model_name=given.name,
            model_version=given.version,
            serves=served.serves,
            tuned=served.tuned,
            sku=sku,
            usage_name=served.base.usage_name(sku, tuned=served.tuned),
            capacity=request.sku.capacity,
            upgrade=request.properties.version_upgrade_option,
            rai_policy=request.properties.rai_policy_name,
            tags=request.tags,
            created_at=known.created_at if known else now,
            changed_at=now,
            used_at=now,
        )

    def _served(self, given: DeployedModel) -> Served:
        base = self._catalogue.find(given.name)
        if base and (given.format, given.version) == (base.format, base.version):
            if base.is_retired(self._catalogue.as_of):
                message = f"The model {base.id!r} has been deprecated since {base.retires}"
                raise Refused(400, "ServiceModelDeprecated", message)
            return Served(base, base.id, tuned=False)
        job = self._jobs.find_model(given.name)
        if job is None or given.version != "1":
            raise unsupported(given)
        base = self._catalogue.base_of(job)
        if given.format != base.format:
            raise unsupported(given)
        return Served(base, job.id, tuned=True)

    def _check_quiet(self, resource_id: str, now: float) -> None:
        """One operation at a time (the words: many reports, Azure-Samples/azure-search-openai-demo issue 59)."""
        if any(state_of(other, now) != "Succeeded" for other in self.all()):
            message = f"Another operation is being performed on the parent resource '{resource_id}'."
            raise Refused(409, "RequestConflict", f"{message} Please try again later.")

    def _check_room(self, wanted: Deployment) -> None:
        others = [other for other in self.all() if other.id != wanted.id]
        limits = self._catalogue.limits
        most = limits.tuned_deployments if wanted.tuned else limits.base_deployments
        alike = sum(other.tuned == wanted.tuned for other in others)
        if alike >= most:
            raise Refused(400, "QuotaExceeded", f"the resource has {alike} deployments of this kind; at most {most}")
        used = sum(other.capacity for other in others if other.usage_name == wanted.usage_name)
        check_quota(wanted.usage_name, wanted.capacity, used, self._catalogue.quotas()[wanted.usage_name])

    def _used(self, usage_name: str) -> int:
        return sum(deployment.capacity for deployment in self.all() if deployment.usage_name == usage_name)

    def _note(self, kind: EffectKind, deployment: Deployment, at: float) -> None:
        id_ = f"{kind} {deployment.id} {deployment.created_at}"
        self._store.effects.put(Effect(id=id_, at=at, kind=kind, subject=deployment.id))


def _end(deployment: Deployment) -> float:
    ends = [deployment.used_at + IDLE_LIFETIME] if deployment.tuned else []
    if deployment.sku == DEVELOPER:
        ends.append(deployment.created_at + DEVELOPER_LIFETIME)
    if deployment.deleted_at is not None:
        ends.append(deployment.deleted_at + DELETING)
    return min(ends, default=float("inf"))


def _is_same(known: Deployment, wanted: Deployment) -> bool:
    return wanted == replace(
        known, changed_at=wanted.changed_at, used_at=wanted.used_at, resource_id=wanted.resource_id
    )


def _etag(deployment: Deployment) -> str:
    return f'"{hashlib.sha256(f"{deployment.created_at} {deployment.changed_at}".encode()).hexdigest()[:32]}"'


def _usage(name: str, used: int, limit: int) -> dict[str, object]:
    localized = f"Tokens Per Minute (thousands) - {name}"
    return {
        "name": {"value": name, "localizedValue": localized},
        "currentValue": used,
        "limit": limit,
        "unit": "Count",
    }

"""ARM's surface: what of Microsoft.CognitiveServices deploying needs."""

from starlette.routing import Route

from local.foundry.clock import iso
from local.foundry.deployments import show_deployment
from local.foundry.resource import Resource
from local.foundry.web import ARM_AUDIENCES, Answer, Call, Surface

SUBSCRIPTION = "/subscriptions/{subscription}"
PROVIDER = "providers/Microsoft.CognitiveServices"
ACCOUNT = f"{SUBSCRIPTION}/resourceGroups/{{group}}/{PROVIDER}/accounts/{{account}}"
LOCATION = f"{SUBSCRIPTION}/{PROVIDER}/locations/{{location}}"
OPERATION = LOCATION + "/operationResults/{deployment}"


def routes(resource: Resource) -> list[Route]:
    """Every path of the surface."""
    handlers = Arm(resource)
    table = [
        (ACCOUNT, "GET", handlers.account),
        (f"{ACCOUNT}/models", "GET", handlers.models),
        (f"{ACCOUNT}/usages", "GET", handlers.usages),
        (f"{ACCOUNT}/deployments", "GET", handlers.list),
        (f"{ACCOUNT}/deployments/{{deployment}}", "PUT", handlers.put),
        (f"{ACCOUNT}/deployments/{{deployment}}", "GET", handlers.get),
        (f"{ACCOUNT}/deployments/{{deployment}}", "DELETE", handlers.delete),
        (f"{LOCATION}/models", "GET", handlers.models_of_location),
        (f"{LOCATION}/usages", "GET", handlers.usages_of_location),
        (OPERATION, "GET", handlers.operation),
    ]
    surface = Surface(ARM_AUDIENCES, "arm")
    return [surface.route(path, method, handler) for path, method, handler in table]


class Arm:
    """What each path does."""

    def __init__(self, resource: Resource) -> None:
        self._resource = resource

    def account(self, call: Call) -> Answer:
        with self._resource.now() as now:
            return Answer(
                {
                    "id": _account_id(call),
                    "name": call.path["account"],
                    "type": "Microsoft.CognitiveServices/accounts",
                    "location": self._resource.catalogue.location,
                    "kind": "AIServices",
                    "sku": {"name": "S0"},
                    "properties": {"provisioningState": "Succeeded", "dateCreated": iso(now)},
                }
            )

    def models(self, _call: Call) -> Answer:
        with self._resource.now():
            return Answer({"value": self._resource.deployments.models()})

    def models_of_location(self, call: Call) -> Answer:
        self._resource.catalogue.at(call.path["location"])
        with self._resource.now():
            shown = self._resource.deployments.models()
        base = [model for model in shown if "baseModel" not in model]
        return Answer({"value": [{"model": model, "kind": "AIServices", "skuName": "S0"} for model in base]})

    def usages(self, _call: Call) -> Answer:
        with self._resource.now():
            return Answer({"value": self._resource.deployments.usages()})

    def usages_of_location(self, call: Call) -> Answer:
        self._resource.catalogue.at(call.path["location"])
        return self.usages(call)

    def list(self, _call: Call) -> Answer:
        with self._resource.now() as now:
            return Answer({"value": [show_deployment(known, now) for known in self._resource.deployments.all()]})

    def put(self, call: Call) -> Answer:
        with self._resource.now() as now:
            name = call.path["deployment"]
            status, made = self._resource.deployments.put(_account_id(call), name, call.content, now)
            return Answer(show_deployment(made, now), status)

    def get(self, call: Call) -> Answer:
        with self._resource.now() as now:
            return Answer(show_deployment(self._resource.deployments.get(call.path["deployment"]), now))

    def delete(self, call: Call) -> Answer:
        """202 with an address to ask at, or 204 if there was nothing."""
        name = call.path["deployment"]
        with self._resource.now() as now:
            if self._resource.deployments.delete(name, now) is None:
                return Answer(None, 204)
        where = {"location": self._resource.catalogue.location, "deployment": name, **call.path}
        address = f"{call.base}{OPERATION.format(**where)}?api-version={call.query['api-version']}"
        return Answer(None, 202, {"location": address})

    def operation(self, call: Call) -> Answer:
        """How far a delete is: 202 until it is done."""
        with self._resource.now():
            is_there = self._resource.store.deployments.get(call.path["deployment"]) is not None
        return Answer(None, 202 if is_there else 204)


def _account_id(call: Call) -> str:
    return ACCOUNT.format(**call.path)

"""The chart of identities and their rights, and the table of modules, from what `infra/main.bicep` would make."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.infra.bicep.deployment import Deployment
from tests.infra.bicep.resources import Resource
from tests.infra.deployments import CHECKOUT, deployed
from tests.infra.test_roles import grants

IDENTITIES = {"app": "the app", "events": "Event Grid"}  #: of the service; the others are people
ALL_QUEUES = "namespaces/bus"
DESCRIPTION = re.compile(r"^metadata description = '(.+?)(?<!\\)'$", re.MULTILINE)
NOT_SHOWN = (
    "Microsoft.Authorization",
    "Microsoft.Insights/diagnosticSettings",
)  #: rights are drawn, logs are everywhere


def chart() -> str:
    return "\n".join(["```mermaid", *_drawn(), "```", "", *_table(), ""])


def _drawn() -> Iterator[str]:
    rights = _rights(deployed("production"))
    yield "flowchart LR"
    for who in sorted({who for who, _ in rights}):
        yield f"    {who}([{IDENTITIES[who]}])" if who in IDENTITIES else f"    {who}[/{who}/]"
    for what in sorted({what for _, what in rights}):
        yield f"    {_node(what)}[{what.rsplit('/', 1)[1]}]"
    for (who, what), roles in sorted(rights.items()):
        yield f'    {who} -- "{", ".join(sorted(roles))}" --> {_node(what)}'


def _node(what: str) -> str:
    return re.sub(r"\W", "_", what)


def _rights(deployment: Deployment) -> dict[tuple[str, str], set[str]]:
    """Who has which roles on what. A role on every queue is one on all of them."""
    found = grants(deployment)
    queues = {scope for _, scope, _ in found if scope.startswith("queues/")}
    rights: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for who, scope, role in found:
        everywhere = scope in queues and all((who, queue, role) in found for queue in queues)
        what = "namespaces/all queues" if everywhere or scope == ALL_QUEUES else scope
        rights[who, what].add(role)
    return rights


def _table() -> Iterator[str]:
    yield "| module | what it is for | what it makes |"
    yield "|---|---|---|"
    for path, kinds in _modules().items():
        purpose = DESCRIPTION.search(path.read_text(encoding="utf-8"))
        said = purpose[1].replace("\\'", "'") if purpose else ""
        place = path.relative_to(CHECKOUT)
        yield f"| [{path.stem}]({place}) | {said.split('. ')[0].rstrip('.')} | {', '.join(kinds)} |"


def _modules() -> dict[Path, list[str]]:
    """The modules in the order of the template, and the kinds of resources that each makes, with every option."""
    found: dict[Path, set[str]] = {}
    for deployment in (deployed("production"), deployed("whole")):
        for module in _inside(deployment):
            made = {one.type.removeprefix("Microsoft.") for one in module.resources if _is_shown(one)}
            found.setdefault(module.path.resolve(), set()).update(made)
    return {path: sorted(kinds) for path, kinds in found.items()}


def _inside(deployment: Deployment) -> Iterator[Deployment]:
    for module in deployment.modules.values():
        yield module
        yield from _inside(module)


def _is_shown(one: Resource) -> bool:
    """What stands by itself: neither a part of another resource, nor drawn above, nor found everywhere."""
    return one.is_made and one.type.count("/") == 1 and not one.type.startswith(NOT_SHOWN)

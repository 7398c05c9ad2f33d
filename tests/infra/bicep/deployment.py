"""A file deployed with parameters: its values, its resources, its modules."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from tree_sitter import Node

from tests.infra.bicep.evaluation import Names, evaluate, iterations
from tests.infra.bicep.functions import SUBSCRIPTION, TENANT, resource_id
from tests.infra.bicep.resources import Resource
from tests.infra.bicep.syntax import Declaration, declarations, parsed, parts, text_of

GROUPS = "Microsoft.Resources/resourceGroups"


class Body(NamedTuple):
    """What describes a resource or module, and the names that it is to be read with."""

    node: Node
    names: Names
    holds: bool  #: whether its condition does

    @property
    def pairs(self) -> dict[str, Node]:
        found = [parts(one) for one in parts(self.node) if one.type == "object_property"]
        return {text_of(pair[0]): pair[1] for pair in found if len(pair) == 2}

    def read(self) -> Any:
        return evaluate(self.node, self.names)


class Deployment:
    """`place` is the id of the subscription or group that it goes to."""

    def __init__(self, path: Path, given: Mapping[str, Any], place: str = f"/subscriptions/{SUBSCRIPTION}") -> None:
        self.path, self.given, self.place = path, given, place
        found = list(declarations(parsed(path)))
        self.declared = {one.name: one for one in found if one.kind != "output"}
        self.outputs = Outputs(self, {one.name: one.node for one in found if one.kind == "output"})
        self._values: dict[str, Any] = {}
        unknown = set(given) - {one.name for one in self.declared.values() if one.kind == "parameter"}
        if unknown:
            raise KeyError(f"{path.name} has no parameters {unknown}")

    def value(self, name: str) -> Any:
        if name not in self._values:
            self._values[name] = self._evaluated(name)
        return self._values[name]

    def call(self, function: str, arguments: list[Any]) -> Any:
        """The functions that depend on where the file is, or where it goes."""
        subscription = "/".join(self.place.split("/")[:3])
        here: dict[str, Callable[..., Any]] = {
            "loadJsonContent": lambda path: json.loads(self._read(path)),
            "loadTextContent": self._read,
            "resourceGroup": self._group,
            "resourceId": partial(resource_id, self.place),
            "subscription": lambda: {
                "id": subscription,
                "subscriptionId": subscription.rsplit("/", 1)[1],
                "tenantId": TENANT,
            },
            "subscriptionResourceId": partial(resource_id, subscription),
        }
        if function not in here:
            raise NotImplementedError(f"{self.path.name}: {function}()")
        return here[function](*arguments)

    def _read(self, path: str) -> str:
        return (self.path.parent / path).read_text(encoding="utf-8")

    def _group(self, subscription: str | None = None, name: str | None = None) -> dict[str, str]:
        """The group that the file goes to, or another by its subscription and name."""
        place = f"/subscriptions/{subscription}/resourceGroups/{name}" if name else self.place
        return {"id": place, "name": place.rsplit("/", 1)[1]}

    def __getitem__(self, name: str) -> Any:
        """A module is known by its outputs alone."""
        return {"outputs": self.outputs}[name]

    @property
    def resources(self) -> list[Resource]:
        """Those that this file declares, made or not."""
        named = [self.value(name) for name, one in self.declared.items() if one.kind == "resource"]
        flat = [one for each in named for one in (each if isinstance(each, list) else [each])]
        return [*flat, *self._nested()]

    @property
    def modules(self) -> "dict[str, Deployment]":
        """Those whose conditions hold."""
        found = {name: self.value(name) for name, one in self.declared.items() if one.kind == "module"}
        return {name: module for name, module in found.items() if module is not None}

    def everything(self) -> "Iterator[tuple[Deployment, Resource]]":
        """All that would be made, here and in modules, with the deployment that makes it."""
        yield from ((self, one) for one in self.resources if one.is_made)
        for module in self.modules.values():
            yield from module.everything()

    def waits_for(self, module: str) -> set[str]:
        """What a module says that it waits for, beside those whose outputs it is given."""
        listed = next(_bodies(self.declared[module].node, self)).pairs.get("dependsOn")
        return {text_of(one) for one in parts(listed)} if listed else set()

    def _evaluated(self, name: str) -> Any:
        if "::" in name:
            outer, inner = name.rsplit("::", 1)
            return self._children(self.value(outer), outer)[inner]
        one = self.declared[name]
        match one.kind:
            case "parameter":
                return self.given[name] if name in self.given else evaluate(parts(one.node)[2], self)
            case "resource":
                return self._resources(one)
            case "module":
                return self._module(one)
        return evaluate(parts(one.node)[-1], self)

    def _module(self, one: Declaration) -> "Deployment | None":
        body = next(_bodies(one.node, self))
        if not body.holds:
            return None
        scope = evaluate(body.pairs["scope"], body.names) if "scope" in body.pairs else {"id": self.place}
        place = scope.id if isinstance(scope, Resource) else scope["id"]
        path = self.path.parent / evaluate(parts(one.node)[1], self)
        return Deployment(path, evaluate(body.pairs["params"], body.names), place)

    def _resources(self, one: Declaration, parent: Resource | None = None) -> Any:
        found = [self._resource(one, body, parent) for body in _bodies(one.node, self)]
        return found if parts(one.node)[-1].type == "for_statement" else found[0]

    def _resource(self, one: Declaration, body: Body, parent: Resource | None) -> Resource:
        pairs, names = body.pairs, body.names
        above = evaluate(pairs["parent"], names) if "parent" in pairs else parent
        kind = evaluate(parts(one.node)[1], self).split("@")[0]
        kind = f"{parent.type}/{kind}" if parent else kind
        name = evaluate(pairs["name"], names)
        base = evaluate(pairs["scope"], names).id if "scope" in pairs else self.place
        is_existing = any(text_of(child) == "existing" for child in one.node.children)
        return Resource(one.name, kind, name, _id(kind, name, above, base), body.holds and not is_existing, body.read)

    def _children(self, resource: Resource, name: str) -> dict[str, Resource]:
        declared = self._declared_in(name)
        return {one.name: self._resources(one, resource) for one in declared}

    def _declared_in(self, name: str) -> list[Declaration]:
        first, *rest = name.split("::")
        node = self.declared[first].node
        for step in rest:
            node = next(one.node for one in declarations(_body(node)[0]) if one.name == step)
        return list(declarations(_body(node)[0]))

    def _nested(self) -> Iterator[Resource]:
        waiting = [name for name, one in self.declared.items() if one.kind == "resource"]
        while waiting:
            name = waiting.pop()
            for one in self._declared_in(name):
                waiting.append(f"{name}::{one.name}")
                yield self.value(waiting[-1])


class Outputs:
    """A file's outputs, each evaluated when it is asked for."""

    def __init__(self, deployment: Deployment, declared: Mapping[str, Node]) -> None:
        self._deployment, self._declared = deployment, declared

    def __getitem__(self, name: str) -> Any:
        return evaluate(parts(self._declared[name])[2], self._deployment)


def parameters(path: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """What a parameter file gives. Raises `KeyError` for a variable that is needed and not there."""
    return ParameterFile(path, environment).given()


class ParameterFile:
    def __init__(self, path: Path, environment: Mapping[str, str]) -> None:
        self._declared = {one.name: one.node for one in declarations(parsed(path))}
        self._given = re.findall(r"^param (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
        self._environment = environment

    def given(self) -> dict[str, Any]:
        return {name: self.value(name) for name in self._given}

    def value(self, name: str) -> Any:
        return evaluate(parts(self._declared[name])[1], self)

    def call(self, function: str, arguments: list[Any]) -> Any:
        match function, arguments:
            case "readEnvironmentVariable", [name]:
                return self._environment[name]
            case "readEnvironmentVariable", [name, default]:
                return self._environment.get(name, default)
        raise NotImplementedError(f"{function}()")


def _body(node: Node) -> tuple[Node, Node | None]:
    """The object that describes a resource or module, and its condition."""
    last = parts(node)[-1]
    if last.type == "for_statement":
        last = parts(last)[-1]
    if last.type == "if_statement":
        condition, body = parts(last)
        return body, condition
    return last, None


def _bodies(node: Node, names: Names) -> Iterator[Body]:
    body, condition = _body(node)
    last = parts(node)[-1]
    around = [inner for inner, _ in iterations(last, names)] if last.type == "for_statement" else [names]
    for inner in around:
        yield Body(body, inner, condition is None or bool(evaluate(condition, inner)))


def _id(kind: str, name: str, parent: Resource | None, base: str) -> str:
    if parent:
        return f"{parent.id}/{kind.rsplit('/', 1)[1]}/{name}"
    return f"{base}/resourceGroups/{name}" if kind == GROUPS else resource_id(base, kind, *name.split("/"))

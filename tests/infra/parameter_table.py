"""The table of parameters in docs/deploying.md, made from infra/main.bicep. `python -m tests.infra.parameter_table`."""

from tests.infra.bicep.syntax import Declaration, declarations, parsed, parts, text_of
from tests.infra.deployments import MAIN

HEAD = "| parameter | default | bounds | what it is |\n|---|---|---|---|"


def table() -> str:
    rows = [_row(one) for one in declarations(parsed(MAIN)) if one.kind == "parameter"]
    return "\n".join([HEAD, *rows])


def _row(one: Declaration) -> str:
    words = text_of(one.decorators["description"][0]).strip("'").replace("\\'", "'").split(" ", 1)[1]
    default = f"`{text_of(parts(one.node)[2])}`" if len(parts(one.node)) > 2 else "needed"
    return f"| `{one.name}` | {default} | {_bounds(one)} | {words} |"


def _bounds(one: Declaration) -> str:
    given = {name: text_of(arguments[0]) for name, arguments in one.decorators.items() if arguments}
    if "allowed" in given:
        return " or ".join(text_of(each).strip("'") for each in parts(one.decorators["allowed"][0]))
    if "minValue" in given:
        return f"{given['minValue']} to {given['maxValue']}"
    return f"{given['minLength']} to {given['maxLength']} letters" if "maxLength" in given else ""


if __name__ == "__main__":
    print(table())  # noqa: T201

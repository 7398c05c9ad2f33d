"""The workbook's parts, and the queries in them. `python -m tests.infra.workbook` writes the queries into them anew."""

import json
from collections.abc import Iterator
from typing import Any

from tests.infra.deployments import INFRA

PARTS = sorted((INFRA / "workbook").glob("*.json"))
QUERIES = {path.stem: path.read_text(encoding="utf-8") for path in sorted((INFRA / "queries").glob("*.kql"))}
CHOICES = "run-choices"  #: the query behind the parameter `Run`
QUERY, PARAMETERS, LINKS, GROUP = 3, 9, 11, 12  #: types of items


def asking(items: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Whatever asks the workspace, with the name of its query: it is the item's own."""
    for item in items:
        match item["type"]:
            case 3:
                yield item["name"], item["content"]
            case 9:
                yield from ((CHOICES, one) for one in item["content"]["parameters"] if one["name"] == "Run")
            case 12:
                yield from asking(item["content"]["items"])


def main() -> None:
    for path in PARTS:
        items = json.loads(path.read_text(encoding="utf-8"))
        for name, content in asking(items):
            content["query"] = QUERIES[name]
        path.write_text(json.dumps(items, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""What is written into pages from the code, between marks of their own, by `make charts`."""

from collections.abc import Callable
from pathlib import Path

from tests.docs import resource_chart, sizing, stage_chart

CHECKOUT = Path(__file__).resolve().parents[2]
CHARTS: dict[Path, dict[str, Callable[[], str]]] = {
    CHECKOUT / "ARCHITECTURE.md": {"stages": stage_chart.chart, "resources": resource_chart.chart},
    CHECKOUT / "docs" / "operations.md": {"messages": sizing.messages_table, "sizing": sizing.sizing_table},
}


def with_charts(page: Path) -> str:
    """The page's text, with what stands between its marks written anew. Raises `ValueError` if a mark is missing."""
    text = page.read_text(encoding="utf-8")
    for name, chart in CHARTS[page].items():
        begin, end = f"<!-- {name}: written by `make charts` -->\n", f"<!-- end of {name} -->\n"
        before, after = text[: text.index(begin)], text[text.index(end) :]
        text = f"{before}{begin}{chart()}{after}"
    return text

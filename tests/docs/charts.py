"""The charts in `ARCHITECTURE.md`, between marks of their own; written by `make charts`."""

from pathlib import Path

from tests.docs import resource_chart, stage_chart

DOCUMENT = Path(__file__).parents[2] / "ARCHITECTURE.md"
CHARTS = {"stages": stage_chart.chart, "resources": resource_chart.chart}


def with_charts(page: str) -> str:
    """The page, with what stands between its marks written anew. Raises `ValueError` if a mark is missing."""
    for name, chart in CHARTS.items():
        begin, end = f"<!-- {name}: written by `make charts` -->\n", f"<!-- end of {name} -->\n"
        before, after = page[: page.index(begin)], page[page.index(end) :]
        page = f"{before}{begin}{chart()}{after}"
    return page

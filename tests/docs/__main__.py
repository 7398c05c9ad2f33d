"""`python -m tests.docs`: write anew what pages show from the code."""

from tests.docs.charts import CHARTS, with_charts

for page in CHARTS:
    page.write_text(with_charts(page), encoding="utf-8")

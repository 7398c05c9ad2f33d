"""`python -m tests.docs`: write the charts in `ARCHITECTURE.md` anew."""

from tests.docs.charts import DOCUMENT, with_charts

DOCUMENT.write_text(with_charts(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")

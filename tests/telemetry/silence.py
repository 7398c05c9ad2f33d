"""A workspace in which nothing has arrived."""

import datetime as dt

from local.insights.kql.tables import COLUMNS, Tables

SILENCE: Tables = {name: [] for name in COLUMNS}
NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)

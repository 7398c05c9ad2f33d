"""A subset of Kusto's query language, for our queries and a little of what people ask besides, over what really came.

`ask(query, tables, now)` answers a query; it knows the tables, columns, operators and functions listed in
docs/telemetry.md, with Kusto's meaning as the language reference gives it, and refuses everything else by name: a query
that is answered here uses nothing that a workspace does not know. It is no proof that a workspace answers the same.
"""

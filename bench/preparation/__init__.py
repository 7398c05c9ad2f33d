"""How fast datasets are prepared, against what people do by hand, and how much memory that takes.

`python -m bench.preparation [--mb 200] [--rounds 3]`; what it needs besides the app is in requirements-bench.txt.
"""

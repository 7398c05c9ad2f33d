"""Benchmarks: `python -m bench.<name>`. They compare, in one process and in turn, so that ratios can be trusted."""

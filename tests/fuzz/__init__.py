"""Random datasets against the preparation engine: mutated bytes through every container, and what must hold for all.

`python -m tests.fuzz --minutes 60` looks for what fails; a few seconds of the same run with the other tests.
"""

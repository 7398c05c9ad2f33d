"""The operator's command: what the queues gave up, and what the container holds, once more.

Each part may be repeated as often as wanted: a run is begun once, and a command that was carried out does nothing.
"""

"""The laptop's Functions host: one process is one instance of the app, host and worker together.

Triggers: Service Bus queue, timer, HTTP. The worker is Microsoft's own (`worker.py`), so an app that its
indexer refuses is refused here, in its words; all that this host itself cannot run is refused by name.
Checked against our stand-ins; what is simplified stands at the head of each module.
"""

"""Application Insights on the laptop: takes what the Azure Monitor exporter sends, keeps it, shows it.

The wire is the one of the unmodified exporter (azure-monitor-opentelemetry 1.8.11, seen by running):
envelopes as JSON, one a line or in an array, gzipped or not, posted to /v2.1/track. As on Azure an
envelope is kept as it came; sampling, retention, live metrics and the query language are left out. The pages
read the app's records from it: deliveries, points of the training curves, job events, checkpoints
and notices, found by the property `record`, and by `run_id` where a record belongs to a run.
"""

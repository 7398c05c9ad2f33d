"""What the app relies on in Service Bus, asked through the unmodified SDK and a connection string only.

Without further ado the questions go to the broker of this repository. To put them to a real namespace
(Standard tier), set TUNEDROP_SERVICE_BUS_CONFORMANCE to its connection string, run this folder alone and
without `-n`, and create these queues before:

    conformance              lock duration 5 s, max delivery count 3
    conformance-duplicates   duplicate detection, window at least 20 s
    conformance-expired      dead-lettering on message expiration

Nothing else may use them. What a failed test leaves behind is removed before the next one begins.
"""

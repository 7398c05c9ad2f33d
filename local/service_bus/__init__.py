"""The laptop's Service Bus: a durable AMQP 1.0 broker that the unmodified azure-servicebus SDK takes for Azure's.

From the wire inwards:

    connection, session, link     AMQP 1.0: frames, flow control, settlement
    claims, management            the nodes `$cbs` (tokens) and `$management` (schedule, peek, renew, ...)
    broker                        one turn of the event loop: deal out, commit, and only then answer
    namespace, queue, message     what queues do with messages: no network, no clock, no file
    journal                       SQLite: a restart goes on where the last commit left off
    encoding, decoding, sections,
    performatives, frames         the wire format, as bytes and values

Right means here: the documents say so and the SDK accepts it. Nothing was compared with Azure itself.
"""

"""What the broker refuses, in the words of the wire."""

from enum import StrEnum


class Condition(StrEnum):
    """Error conditions: AMQP's own (OASIS AMQP 1.0, part 2, 2.8.14 to 2.8.18) and those of Service Bus.

    The SDK maps each to an exception class (azure-servicebus 7.15.0, `_pyamqp_transport`).
    """

    DECODE_ERROR = "amqp:decode-error"
    ILLEGAL_STATE = "amqp:illegal-state"
    NOT_ALLOWED = "amqp:not-allowed"
    NOT_FOUND = "amqp:not-found"
    NOT_IMPLEMENTED = "amqp:not-implemented"
    UNAUTHORIZED = "amqp:unauthorized-access"
    FORCED = "amqp:connection:forced"
    FRAMING_ERROR = "amqp:connection:framing-error"
    UNATTACHED_HANDLE = "amqp:session:unattached-handle"
    HANDLE_IN_USE = "amqp:session:handle-in-use"
    MESSAGE_SIZE_EXCEEDED = "amqp:link:message-size-exceeded"
    ARGUMENT_ERROR = "com.microsoft:argument-error"
    MESSAGE_LOCK_LOST = "com.microsoft:message-lock-lost"
    MESSAGE_NOT_FOUND = "com.microsoft:message-not-found"


class AmqpError(Exception):
    """A refusal: `condition` is for the client's code, the text for people."""

    def __init__(self, condition: Condition, text: str) -> None:
        super().__init__(text)
        self.condition = condition

"""Start the broker: `python -m local.service_bus --port 5672 --data DIR --queue intake:lock=60,max=10,dup=600`."""

import argparse
import asyncio
import signal
from dataclasses import replace

from local.service_bus.access import DEFAULT_KEY, KEY_NAME
from local.service_bus.broker import Broker
from local.service_bus.options import QueueOptions, parse_queue
from local.service_bus.running import serve
from local.serving import announce, arguments, end_with_parent, listening_socket


def _queue(text: str) -> tuple[str, QueueOptions]:
    try:
        return parse_queue(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _parser() -> argparse.ArgumentParser:
    parser = arguments("A Service Bus namespace for the unmodified azure-servicebus SDK.")
    parser.add_argument(
        "--queue",
        action="append",
        required=True,
        type=_queue,
        metavar="NAME[:lock=60,max=10,dup=600,ttl=3600,expired=dead-letter]",
        help="a queue and its options, times in seconds; repeatable",
    )
    parser.add_argument("--speed", type=float, default=1, help="divides the wait of scheduled messages")
    parser.add_argument(
        "--real-time", action="append", default=[], metavar="QUEUE", help="exempt a queue from --speed; repeatable"
    )
    parser.add_argument("--key", default=DEFAULT_KEY, help=f"the key {KEY_NAME!r} (default: {DEFAULT_KEY})")
    return parser


def _queues(parser: argparse.ArgumentParser, options: argparse.Namespace) -> dict[str, QueueOptions]:
    """The queues with their speeds; ends the program if an exempted queue does not exist."""
    queues = dict[str, QueueOptions](options.queue)
    if unknown := set(options.real_time) - queues.keys():
        parser.error(f"--real-time {', '.join(sorted(unknown))}: there is no such --queue")
    if options.speed <= 0:
        parser.error(f"--speed {options.speed:g}: a number above 0 is needed")
    return {
        name: queue if name in options.real_time else replace(queue, speed=options.speed)
        for name, queue in queues.items()
    }


def _main() -> None:
    parser = _parser()
    options = parser.parse_args()
    queues = _queues(parser, options)
    bound = listening_socket(options.port)

    def on_ready(broker: Broker) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, broker.stop)
        announce("service_bus", f"sb://localhost:{bound.getsockname()[1]}")

    end_with_parent()
    asyncio.run(serve(bound, options.data, queues, options.key, on_ready))


if __name__ == "__main__":
    _main()

"""`tunedrop`: what people call at a laptop, and what operators call on the service itself."""

import sys
from importlib import import_module

OPERATORS = {"replay": "shared.replay.__main__", "trace": "shared.tracing.__main__"}
PEOPLE = "shared.command.main"


def main() -> int:
    """Run the command that is named first; returns its exit status. Only operators' commands open clients to Azure."""
    called, *arguments = sys.argv[1:] or [""]
    if called in OPERATORS:
        return int(import_module(OPERATORS[called]).main(arguments))
    return int(import_module(PEOPLE).main())


if __name__ == "__main__":
    sys.exit(main())

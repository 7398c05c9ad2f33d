"""`python -m local.drop FILE [--as RECIPE/NAME]`: upload a dataset to the running stack, as any tool would."""

import argparse
import sys
from pathlib import Path

from azure.core.exceptions import ServiceRequestError
from azure.storage.blob import BlobServiceClient

from local.stack.__main__ import CHECKOUT
from local.stack.layout import layout_in


def main() -> int:
    parser = argparse.ArgumentParser(description="drop a dataset into the running local stack")
    parser.add_argument("file", type=Path)
    parser.add_argument("--as", dest="name", help="the blob's name; its first folder chooses the recipe")
    parser.add_argument("--data", type=Path, default=CHECKOUT / ".local", help="folder of the running stack")
    given = parser.parse_args()
    name = given.name or given.file.name
    if not given.file.is_file():
        print(f"{given.file} is no file: say which with make drop FILE=...", file=sys.stderr)
        return 2
    layout = layout_in(given.data)
    try:
        with BlobServiceClient.from_connection_string(layout.storage, retry_total=0) as blobs:
            blobs.get_blob_client("datasets", name).upload_blob(given.file.read_bytes(), overwrite=True)
    except ServiceRequestError:
        print("the local stack is not running: start it with make up", file=sys.stderr)
        return 2
    print(f"dropped datasets/{name}; follow it at {layout.url('functions')}/api/runs")
    return 0


if __name__ == "__main__":
    sys.exit(main())

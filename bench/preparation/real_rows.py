"""Public datasets, repeated to a size that can be timed."""

import json
import os
import re
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from bench.datasets import Dataset, write

CHECKOUT = Path(__file__).parents[2]
FILES = {  #: by their kind
    "chat": "microsoft-foundry__fine-tuning/chat_train.jsonl",
    "tools": "microsoft-foundry__fine-tuning/datagen-ToolUse-FineTuneSupervised-valid.prefix.jsonl",
    "rft": "microsoft-foundry__fine-tuning/medmcq_validation.prefix.jsonl",
    "sharegpt-preference": "hiyouga__LLaMA-Factory/dpo_en_demo.json",
    "orpo": "fw-ai__cookbook/orpo_ifeval_dataset.prefix.jsonl",
}
TEXT = re.compile(r'"(?:content|value)": "(?:[^"\\]|\\.)*"')


def corpus() -> Path | None:
    """The folder that TUNEDROP_CORPUS names, or `../shared/data` beside the checkout, if it is there."""
    folder = Path(os.environ.get("TUNEDROP_CORPUS", CHECKOUT.parent / "shared" / "data"))
    return folder if folder.is_dir() else None


def real(folder: Path, kind: str, source: Path, size: int) -> Dataset:
    """A file of JSON lines, of the rows of another in turn. In every turn their longest texts end otherwise."""
    text = source.read_text("utf-8")
    rows = json.loads(text) if text.startswith("[") else [json.loads(line) for line in text.splitlines() if line]
    return write(folder / f"real-{kind}.jsonl", kind, _repeated(rows, size))


def _repeated(rows: Sequence[dict[str, Any]], size: int) -> Iterator[bytes]:
    written = 0
    for turn in count():
        for row in rows:
            line = _marked(row, f" ({turn})") + b"\n"
            yield line
            written += len(line)
        if written >= size:
            return


def _marked(row: dict[str, Any], mark: str) -> bytes:
    text = json.dumps(row, ensure_ascii=False)
    longest = max(TEXT.findall(text), key=len)
    return text.replace(longest, f'{longest[:-1]}{mark}"', 1).encode()

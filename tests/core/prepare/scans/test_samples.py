from pathlib import Path

import pytest
from msgspec.json import decode, encode

from tests.core.prepare.corpus import corpus, needs_corpus
from tests.core.prepare.scans.scanning import SCANNER, chat

pytestmark = needs_corpus

FOLDER = corpus() or Path()
VENDORS = ("microsoft-foundry__fine-tuning", "microsoft-foundry__foundry-samples", "Azure__LLM-Fine-Tuning-Azure")
SAMPLES = [path for vendor in VENDORS for path in sorted((FOLDER / vendor).glob("*.jsonl"))]


def compact(path: Path) -> list[bytes]:
    return [encode(decode(line)) for line in path.read_bytes().splitlines() if line.strip()]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_no_sample_of_microsofts_is_rejected(path: Path) -> None:
    assert [hit for hit in SCANNER.scan(compact(path)) if hit.kind.rule.severity == "reject"] == []


@pytest.mark.parametrize(
    "name", ["chat_train.jsonl", "sarcasm_qa.jsonl", "rft_train_tool.jsonl", "rft_valid_tool.jsonl"]
)
def test_clean_samples_are_clean(name: str) -> None:
    assert SCANNER.scan(compact(FOLDER / "microsoft-foundry__fine-tuning" / name)) == []


def test_invented_addresses_of_a_sample_are_told_by_type_and_row() -> None:
    path = FOLDER / "microsoft-foundry__fine-tuning/datagen-ToolUse-FineTuneSupervised-valid.prefix.jsonl"
    hits = [hit for hit in SCANNER.scan(compact(path)) if hit.kind.name == "e-mail address"]
    assert len({hit.index for hit in hits}) == 15
    assert all("***@" in hit.masked for hit in hits)


def test_placeholders_of_a_template_that_nobody_filled_in_are_told() -> None:
    rows = decode((FOLDER / "hiyouga__LLaMA-Factory/identity.json").read_bytes())
    hits = SCANNER.scan([chat(row["output"], row["instruction"]) for row in rows])
    assert len([hit for hit in hits if hit.kind.name == "placeholder"]) == 85

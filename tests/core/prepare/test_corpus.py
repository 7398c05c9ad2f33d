"""Public datasets, each with the end it must come to. Texts in them are data, and some are offensive."""

from pathlib import Path

import pytest

from shared.core.prepare.targets import Method
from shared.core.recipe import DataOptions
from tests.core.prepare.corpus import corpus, needs_corpus
from tests.core.prepare.dropping import LENIENT, Prepared, drop, fates

pytestmark = needs_corpus

ACCEPTED: dict[str, dict[str, int]] = {
    "Unakar__Logic-RL/kk_3ppl_test.parquet": {"read": 100},
    "microsoft-foundry__fine-tuning/chat_train.jsonl": {"read": 449},
    "microsoft-foundry__foundry-samples/sft_training_set.jsonl": {"read": 10},
    "Azure__LLM-Fine-Tuning-Azure/training_set_10samples.jsonl": {"read": 10},
    "johny-b__llmcomp/ft_old_audubon_birds.jsonl": {"read": 208, "duplicates": 2},
    "microsoft-foundry__fine-tuning/stock_toolcall_training.jsonl": {"read": 86},
    "microsoft-foundry__fine-tuning/datagen-ToolUse-FineTuneSupervised-valid.prefix.jsonl": {"read": 29},
    "fw-ai__cookbook/food_reasoning.prefix.jsonl": {"read": 11},
    "hiyouga__LLaMA-Factory/identity.json": {"read": 91},
    "hiyouga__LLaMA-Factory/reason_tool_use_demo_50.jsonl": {"read": 50},
    "lm-sys__FastChat/dummy_conversation.json": {"read": 500},
    "microsoft-foundry__fine-tuning/sarcasm_qa.jsonl": {"read": 500, "duplicates": 20},
    "aws-samples__amazon-bedrock-samples/nova_tooluse_formatted_test_ft.jsonl": {"read": 120},
    "modelscope__evalscope/mcq_example_val.csv": {"read": 12},
    "zenml-io__zenml-openpipe/openpipe_data.jsonl": {"read": 30, "duplicates": 8},
    "aws-samples__amazon-bedrock-samples/bedrock_rft_validation.jsonl": {"read": 100},
    "microsoft-foundry__fine-tuning/clause_matching_validation.prefix.jsonl": {"read": 12},
    "microsoft-foundry__fine-tuning/medmcq_validation.prefix.jsonl": {"read": 3446},
    "microsoft-foundry__fine-tuning/rft_train_tool.jsonl": {"read": 10},
    "microsoft-foundry__fine-tuning/rft_valid_tool.jsonl": {"read": 10},
    "microsoft-foundry__foundry-samples/rft_training_set.jsonl": {"read": 100},
    "Azure__LLM-Fine-Tuning-Azure/gpt4o_generated_qa_dpo_train_200_samples.jsonl": {"read": 200},
    "fw-ai__cookbook/orpo_ifeval_dataset.prefix.jsonl": {"read": 30},
    "hiyouga__LLaMA-Factory/dpo_en_demo.json": {"read": 300, "duplicates": 5},
    "hiyouga__LLaMA-Factory/v1_dpo_demo.jsonl": {"read": 10},
}
"""Rows read, and duplicates; none of their rows is rejected."""

SOUND_BUT_FEW: dict[str, int] = {
    "fw-ai__cookbook/training_data.sample.jsonl": 2,
    "NVIDIA-NeMo__Gym/workplace_assistant_example.jsonl": 5,
    "nvidia__HelpSteer-cards/helpsteer.card-rows.jsonl": 1,
    "nvidia__HelpSteer-cards/helpsteer2.card-rows.jsonl": 1,
    "nvidia__HelpSteer-cards/helpsteer3_preference.card-rows.jsonl": 2,
    "axolotl-ai-cloud__axolotl/alpaca.json": 2,
    "pytorch__torchtune/instruct_tiny.json": 2,
    "microsoft__promptflow/evaluate_test_data.jsonl": 3,
    "microsoft__promptflow/missing_columns_evaluate_test_data.jsonl": 3,
    "togethercomputer__together-python/jsonl_valid_instruction.jsonl": 2,
    "togethercomputer__together-python/jsonl_valid_conversational_single_turn.jsonl": 3,
    "togethercomputer__together-python/jsonl_valid_weights_all_messages.jsonl": 2,
}
"""Rows, all of which convert; the file has fewer than 10."""

NO_REPLY = "no assistant message: there is no reply to learn"
NOT_ROWS = "the file is one JSON object, not rows"

REFUSED: dict[str, str] = {
    "NVIDIA-NeMo__Gym/genrm_compare_example.jsonl": "there are no replies to learn (NeMo Gym)",
    "NVIDIA-NeMo__Gym/jailbreak_detection_example.jsonl": "there are no replies to learn (NeMo Gym)",
    "PacktPublishing__LLMs-in-Finance/filings.jsonl": "there is no reply to learn (raw text)",
    "PacktPublishing__LLMs-in-Finance/preference_pairs.csv": "no known format has the keys 'case_type'",
    "ShishirPatil__gorilla/BFCL_v4_live_parallel.json": "there are no replies to learn (BFCL questions)",
    "ShishirPatil__gorilla/possible_answer_BFCL_v4_live_parallel.json": "there are no prompts to these replies",
    "apache__parquet-testing/ARROW-GH-43605.parquet": "no known format has the keys 'min_fl'",
    "apache__parquet-testing/ARROW-RS-GH-6229-DICTHEADER.parquet": "the Parquet file is damaged",
    "apache__parquet-testing/PARQUET-1481.parquet": "the Parquet file is damaged",
    "apache__parquet-testing/alltypes_plain.parquet": "no known format has the keys",
    "hiyouga__LLaMA-Factory/dataset_info.json": NOT_ROWS,
    "hiyouga__LLaMA-Factory/kto_en_demo.json": "the reply is unpaired",
    "hiyouga__LLaMA-Factory/mllm_demo.json": "an image is only a path, and its file did not come with the rows",
    "lm-sys__FastChat/mt_bench_question.jsonl": "there are no replies to learn (FastChat questions)",
    "lm-sys__FastChat/mt_bench_reference_gpt-4.jsonl": "there are no prompts to these replies (FastChat answers)",
    "microsoft-foundry__fine-tuning/clause_matching_schema.json": NOT_ROWS,
    "microsoft-foundry__fine-tuning/countdown_eval_100.jsonl": "data for evaluations is not trained on",
    "microsoft-foundry__fine-tuning/countdown_train_raw.jsonl": "'messages' is missing: the row has only the keys",
    "microsoft-foundry__fine-tuning/multi_grader.json": NOT_ROWS,
    "microsoft-foundry__fine-tuning/stringcheck_grader.json": NOT_ROWS,
    "microsoft__promptflow/colors.csv": "no known format has the keys 'id_float', 'id_int', 'id_text', 'name'",
    "microsoft__promptflow/colors.jsonl": "no known format has the keys 'id_float', 'id_int', 'id_text', 'name'",
    "microsoft__promptflow/colors.tsv": "no known format has the keys 'id_float', 'id_int', 'id_text', 'name'",
    "microsoft__promptflow/colors.parquet": "no known format has the keys 'id_float', 'id_int', 'id_text', 'name'",
    "microsoft__promptflow/empty_inputs.jsonl": "The dataset is empty: it has no rows.",
    "microsoft__promptflow/non_english_input_data.jsonl": "there is no reply to learn (raw text)",
    "microsoft__promptflow/openai_vision_image_inputs.jsonl": "there is no reply to learn: 'answer' is missing",
    "minimaxir__big-list-of-naughty-strings/blns.json": "the row is a text, not an object",
    "openai__evals/emoji_riddle_fuzzy_match.LFS-POINTER.jsonl": "a Git LFS pointer, not the data it points to",
    "togethercomputer__together-python/EXPECTED.json": NOT_ROWS,
    "togethercomputer__together-python/csv_invalid_column.csv": "the table has no rows below its columns 'asfg'",
    "togethercomputer__together-python/csv_valid_general.csv": "there is no reply to learn (raw text)",
    "togethercomputer__together-python/jsonl_empty_file.jsonl": "The dataset is empty: it has no rows.",
    "togethercomputer__together-python/jsonl_empty_messages.jsonl": "'messages' is empty",
    "togethercomputer__together-python/jsonl_extra_column.jsonl": "there is no reply to learn (raw text)",
    "togethercomputer__together-python/jsonl_invalid_multimodal_content.jsonl": "neither an https address nor",
    "togethercomputer__together-python/jsonl_invalid_role.jsonl": "has a value it must not have: 'invalid_role'",
    "togethercomputer__together-python/jsonl_invalid_weight.jsonl": "a weight is neither 0 nor 1",
    "togethercomputer__together-python/jsonl_missing_field_in_conversation.jsonl": "the assistant message says nothing",
    "togethercomputer__together-python/jsonl_non_utf8.jsonl": "neither that nor UTF-8: byte offset 2",
    "togethercomputer__together-python/jsonl_valid_conversational_multimodal_single_turn.jsonl": "not valid base64",
    "togethercomputer__together-python/jsonl_valid_general.jsonl": "there is no reply to learn (raw text)",
    "yuzu-ai__japanese-llm-ranking/rakuda_v2_answers_gpt-4.jsonl": "there are no prompts to these replies",
    "yuzu-ai__japanese-llm-ranking/rakuda_v2_questions.jsonl": "there are no replies to learn (FastChat questions)",
}
"""What the first reason says."""

REFUSED_FOR_SFT = (
    "modelscope__evalscope/fc_example.jsonl",
    "togethercomputer__together-python/jsonl_assistant_role_exists.jsonl",
)
"""Questions without replies, which would do for reinforcement if they were more."""

BROKEN_IN_PARTS = {
    "hiyouga__LLaMA-Factory/glaive_toolcall_en_demo.json": (
        "argument 'calories_per_item' is not of the type its tool declares",
        [8001],
    ),
    "microsoft__promptflow/invalid_evaluate_test_data.jsonl": (
        "a text is never closed: its closing quote is missing",
        [1],
    ),
    "togethercomputer__together-python/jsonl_missing_required_field.jsonl": (
        "no known format has the keys 'prompt'",
        [2],
    ),
}
"""The reason, and the only lines it concerns."""

HH_RLHF = "anthropics__hh-rlhf/harmless-base_test.jsonl.gz"
PARTED = {
    "the two dialogues differ before their last reply": [1255, 1689, 1951, 1953, 2037],
    "the last reply of 'chosen' is empty": [87, 517, 926, 1104],
}
"""Reasons, and the lines they concern."""

DEFAULT = DataOptions()
NO_DATASETS = {"INDEX.md", "SHA256SUMS", ".gitattributes"}
READ_ELSEWHERE = {"max-mapper__csv-spectrum", "nst__JSONTestSuite"}


def read(path: str, options: DataOptions = DEFAULT, method: Method | None = None) -> Prepared:
    folder = corpus()
    assert folder
    return drop((folder / path).read_bytes(), options, name=Path(path).name, method=method)


@pytest.mark.parametrize("path", ACCEPTED)
def test_a_sound_set_is_accepted_whole(path: str) -> None:
    prepared = read(path)
    counts = fates(prepared)
    assert prepared.report.verdict == "accepted"
    assert {key: counts[key] for key in ("read", "duplicates") if key in counts} == ACCEPTED[path]
    assert not {"rejected", "filtered", "ties"} & counts.keys()


@pytest.mark.parametrize("path", SOUND_BUT_FEW)
def test_a_set_of_few_sound_rows_is_rejected_for_its_number_only(path: str) -> None:
    prepared = read(path)
    few = "training example; at least 10" if SOUND_BUT_FEW[path] == 1 else "training examples; at least 10"
    [reason] = prepared.report.reasons
    assert reason.startswith(f"{SOUND_BUT_FEW[path]} {few}")


@pytest.mark.parametrize("path", REFUSED)
def test_what_cannot_be_trained_on_is_refused_for_the_right_reason(path: str) -> None:
    report = read(path).report
    assert report.verdict == "rejected"
    assert REFUSED[path] in report.reasons[0]


@pytest.mark.parametrize("path", REFUSED_FOR_SFT)
def test_a_question_without_a_reply_is_refused_where_replies_are_learnt(path: str) -> None:
    report = read(path, method="sft").report
    assert report.verdict == "rejected"
    assert NO_REPLY in report.reasons[0]


@pytest.mark.parametrize("path", BROKEN_IN_PARTS)
def test_only_the_broken_rows_of_a_set_are_rejected(path: str) -> None:
    reason, lines = BROKEN_IN_PARTS[path]
    prepared = read(path, LENIENT)
    assert [reject["line"] for reject in prepared.rejects] == lines
    assert all(str(reject["reason"]).startswith(reason) for reject in prepared.rejects)


def test_only_dialogues_that_do_not_answer_one_prompt_are_rejected() -> None:
    prepared = read(HH_RLHF)
    assert prepared.report.verdict == "accepted"
    assert {str(reject["reason"]) for reject in prepared.rejects} == PARTED.keys()
    for reason, lines in PARTED.items():
        assert [reject["line"] for reject in prepared.rejects if reject["reason"] == reason] == lines


def test_replies_that_are_labelled_good_are_learnt_where_it_is_asked_for() -> None:
    report = read("hiyouga__LLaMA-Factory/kto_en_demo.json", method="sft").report
    assert (report.verdict, report.rows.read, report.rows.filtered, report.rows.rejected) == ("accepted", 300, 150, 0)


def test_every_file_of_the_corpus_has_its_end_here() -> None:
    folder = corpus()
    assert folder
    known = {*ACCEPTED, *SOUND_BUT_FEW, *REFUSED, *REFUSED_FOR_SFT, *BROKEN_IN_PARTS, HH_RLHF}
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - NO_DATASETS
    assert {path for path in files if path.split("/")[0] not in READ_ELSEWHERE} == known


def test_questions_and_answers_of_bfcl_make_examples_together() -> None:
    folder = corpus()
    assert folder
    halves = ("BFCL_v4_live_parallel.json", "possible_answer_BFCL_v4_live_parallel.json")
    prepared = drop(b"\n".join((folder / "ShishirPatil__gorilla" / half).read_bytes() for half in halves))
    assert fates(prepared) == {"read": 32, "fixed": 32}
    assert len(prepared.training) == 16

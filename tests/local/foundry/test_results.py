import csv
import io

from local.foundry.records import Point
from local.foundry.results import event_data, message, results_file

LOSSES = {"train_loss": 0.5, "train_mean_token_accuracy": 0.9}
POINTS = [Point(1, LOSSES), Point(2, LOSSES | {"valid_loss": 0.7, "valid_mean_token_accuracy": 0.8})]


def test_the_file_has_the_documented_columns_and_empty_cells() -> None:
    rows = list(csv.DictReader(io.StringIO(results_file("supervised", POINTS).decode())))
    assert list(rows[0]) == [
        "step",
        "train_loss",
        "train_mean_token_accuracy",
        "valid_loss",
        "validation_mean_token_accuracy",
        "full_valid_loss",
        "full_valid_mean_token_accuracy",
    ]
    assert (rows[0]["valid_loss"], rows[1]["valid_loss"]) == ("", "0.7")
    assert rows[1]["validation_mean_token_accuracy"] == "0.8"


def test_reinforcement_has_columns_of_its_own() -> None:
    content = results_file("reinforcement", [Point(1, {"train_mean_reward": 0.25, "completion_tokens_mean": 4.0})])
    assert content.decode().splitlines()[1] == "1,0.25,,4.0,,,,"


def test_events_speak_in_the_recorded_words() -> None:
    assert message(POINTS[0]) == "Step 1: training loss=0.5"
    assert event_data(POINTS[0]) == {"step": 1, **LOSSES}


def test_rewards_are_told_nested() -> None:
    point = Point(3, {"train_mean_reward": 0.25, "completion_tokens_mean": 4.0, "full_valid_mean_reward": 0.5})
    assert event_data(point)["scores"] == {"train_reward_mean": 0.25, "valid_reward_mean": 0.5}
    assert message(point) == "Step 3: mean reward=0.25"

"""The user guide quotes what the app says, and leaves nothing out that people meet."""

import re

import pytest

from shared.command.main import main
from shared.core import errors
from shared.core.catalogue import resolve
from shared.core.drop import NoPlace, place
from shared.core.notices import REJECTED
from shared.core.prepare.rules.book import CHAPTERS
from shared.core.recipe import Recipe, parse_recipe
from tests.docs.pages import CHECKOUT, headings, text
from tests.docs.refusals import NAME, SITUATIONS, Situation, said
from tests.driving import drop
from tests.fakes import CATALOGUE
from tests.report.examples import WAYS, example

PAGE = CHECKOUT / "docs" / "user-guide.md"
QUOTED = [heading.strip("`") for heading in headings(PAGE) if heading.startswith("`")]
TITLES = dict(re.findall(r"^\| … ?(.*?) \| (.*?) \|", text(PAGE), re.MULTILINE))


def pattern(quoted: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, (part.strip() for part in quoted.split("…")))), re.DOTALL)


@pytest.mark.parametrize("quoted", QUOTED)
def test_what_a_heading_quotes_is_said_in_some_situation(quoted: str) -> None:
    assert any(pattern(quoted).search(said(situation)) for situation in SITUATIONS.values())


@pytest.mark.parametrize("situation", SITUATIONS.values(), ids=SITUATIONS)
def test_every_situation_that_people_meet_is_answered(situation: Situation) -> None:
    assert any(pattern(quoted).search(said(situation)) for quoted in QUOTED)


def test_a_heading_that_nothing_says_is_seen() -> None:
    assert not any(pattern("… is in a good mood").search(said(situation)) for situation in SITUATIONS.values())


def test_every_kind_of_refusal_has_its_part() -> None:
    raised = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)}
    assert raised == PARTS.keys() | UNSEEN
    assert {*PARTS.values(), *map(last_words, REJECTED.values())} <= {*headings(PAGE)}


PARTS = {  #: the heading under which people find what came of an error
    "RecipeInvalid": "its recipe cannot be followed",
    "DatasetInvalid": "it cannot be trained on",
    "DropChanged": "it was cancelled",
    "TrainingFailed": "it failed",
    "TransientError": "it is stuck",
}


UNSEEN = {"PermanentError", "RunConflict", "RunUnreadable"}  #: the base of the others, and what only operators meet


def last_words(title: str) -> str:
    return {"was refused: malware was found in it": "it was refused"}.get(title, title.removeprefix("was rejected: "))


def test_every_card_is_listed_and_no_other() -> None:
    cards = {notice.message.title.removeprefix(run.drop.name) for run in map(example, WAYS) for notice in run.notices}
    for situation in (drop, *SITUATIONS.values()):
        cards |= {line.removeprefix(NAME) for line in said(situation).splitlines() if line.startswith(f"{NAME} ")}
    told = [re.sub(r"(stuck|failed) at \w+", r"\1", card.strip()) for card in cards]
    listed = [re.sub(r"(stuck|failed) at \w+", r"\1", title) for title in TITLES]
    assert set(told) - {"", *listed} == set()
    assert set(listed) - set(told) == set()


def test_the_recipe_that_is_shown_can_be_followed() -> None:
    [shown] = re.findall(r"```yaml\n(.*?)```", text(PAGE), re.DOTALL)
    recipe = parse_recipe(shown, "support.yaml")
    assert resolve(recipe, "support.yaml", CATALOGUE)[1].startswith("gpt-4.1-mini")


def test_every_wish_is_a_recipe() -> None:
    wishes = re.findall(r"\| `([a-z_]+: [^`<]+)` \|$", text(PAGE), re.MULTILINE)
    assert len(wishes) == 8
    for wish in wishes:
        assert parse_recipe(wish, "wish.yaml") != Recipe(), wish


def test_rules_are_called_as_in_the_book() -> None:
    titles = {rule.number: rule.title for _, rules in CHAPTERS for rule in rules}
    listed = re.findall(r"^\| \[(\d+)\]\(rules\.md#.*?\) \| (.*?) \|", text(PAGE), re.MULTILINE)
    assert len(listed) == 16
    assert all(titles[int(number)] == title for number, title in listed)


def test_the_rejection_that_is_read_is_what_the_command_says(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(CHECKOUT)
    assert main(["check", "samples/broken.csv"]) == 1
    printed = capsys.readouterr().out
    for block in re.findall(r"```text\n(.*?)```", text(PAGE), re.DOTALL):
        assert block.strip("\n") in printed


def test_what_the_guide_says_of_the_catalogue_is_in_it() -> None:
    assert "epochs to the service, three are assumed" in text(PAGE)
    assert CATALOGUE.assumed_epochs == 3
    served = {name for name, model in CATALOGUE.models.items() if "developer" in model.deployment_tiers}
    assert served == {"gpt-4.1", "gpt-4.1-mini", "gpt-4.1-nano", "o4-mini"}


@pytest.mark.parametrize("name", [".hidden.jsonl", "support/_draft.jsonl", "support/recipe.yaml"])
def test_what_begins_nothing_is_as_the_guide_says(name: str) -> None:
    assert isinstance(place(name), NoPlace)

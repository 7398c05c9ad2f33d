"""Having a dataset prepared as the service would prepare it."""

from collections.abc import Callable
from functools import partial
from importlib.resources import files
from pathlib import Path

from shared.adapters.scratch_files import ScratchFiles
from shared.command.arguments import Asked
from shared.command.dataset import sources
from shared.command.progress import progress_of
from shared.core.catalogue import FILE, find_model, parse_catalogue
from shared.core.errors import RecipeInvalid
from shared.core.prepare import Assignment, Outputs, Report, Tools, prepare
from shared.core.prepare.assignment import assignment
from shared.core.prepare.examine import Examiner
from shared.core.recipe import Recipe, misfits, parse_recipe
from shared.crew import Crew


def prepared(asked: Asked, recipe: Recipe, outputs: Callable[[], Outputs]) -> Report:
    """The report, once everything is written. Raises `Refused` and `OSError`."""
    with ScratchFiles() as scratch, progress_of(asked.files) as read:
        tools = Tools(scratch, _hire(asked.jobs))
        wanted = assignment(recipe, _most_tokens(recipe), partial(_beside, asked.recipe))
        return prepare(sources(asked.files, read), wanted, outputs, tools)


def _beside(recipe: Path | None, path: str) -> str | None:
    """A file that lies beside the recipe."""
    file = (recipe.parent if recipe else Path()) / path
    return file.read_text("utf-8") if file.is_file() else None


def _hire(jobs: int) -> Callable[[Assignment], Crew] | None:
    if jobs == 1:
        return None
    return lambda assignment: Crew(partial(Examiner, assignment), jobs)


def _most_tokens(recipe: Recipe) -> int | None:
    """What the recipe's model takes, as far as the shipped catalogue knows it: the team's own is not at hand."""
    shipped = files("shared.core").joinpath(FILE).read_text("utf-8")
    model = find_model(recipe.model, parse_catalogue(shipped))
    return model.max_example_tokens if model else None


def recipe_of(asked: Asked) -> Recipe:
    """The recipe that was named, or one of defaults. Raises `RecipeInvalid` and `OSError`."""
    if asked.recipe is None:
        return Recipe()
    try:
        text = asked.recipe.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RecipeInvalid([f"{asked.recipe.name}: not UTF-8: byte offset {error.start}"]) from error
    return parse_recipe(text, asked.recipe.name)


def insist(asked: Asked, recipe: Recipe, report: Report) -> None:
    """Raises `RecipeInvalid` if the recipe that was named is for another method than a dataset that was accepted."""
    if asked.recipe is None or not report.is_accepted or report.method is None:
        return
    if faults := misfits(recipe, report.method):
        raise RecipeInvalid([f"{asked.recipe.name}: {fault} (the dataset is for {report.method})" for fault in faults])

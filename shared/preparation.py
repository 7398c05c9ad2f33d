"""From a drop to a plan: read the recipe, stream the blobs through the engine, keep the report."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial

from shared.core.catalogue import Catalogue, resolve, retired_judges, unsuited
from shared.core.cost import Estimate, estimate, is_settled
from shared.core.drop import DEFAULT_RECIPE, Blob, Drop
from shared.core.errors import DatasetInvalid, RecipeInvalid
from shared.core.news import record_of_plan
from shared.core.prepare import Assignment, Outputs, Report, Source, Tools, prepare
from shared.core.prepare.assignment import assignment
from shared.core.prepare.containers.lines import lines
from shared.core.prepare.measure.tokenizer import TokenCounter
from shared.core.prepare.report import Output
from shared.core.recipe import Method, Recipe, misfits, override, parse_recipe
from shared.core.records import RowsRecord
from shared.core.run import Run
from shared.core.stages import Plan, PreparedFile
from shared.ports import Services, Writer
from shared.report.dataset_page import dataset_page
from shared.report.specimens import specimens
from shared.streams import ReadAhead, write_behind

MOST_RECIPE_BYTES = 320 * 1024
REPORT, PAGE = "report.json", "report.html"
REJECTS = "rejects.jsonl"
TRAINING, VALIDATION, TEST = "train.jsonl", "validation.jsonl", "test.jsonl"
CORRECTED = "corrected.jsonl"
WRITTEN = (TRAINING, VALIDATION, TEST, REJECTS, CORRECTED)  #: as the fields of `Outputs`


def prepared(run: Run, services: Services) -> Plan:
    """What to train on what. Raises `RecipeInvalid`, `DatasetInvalid` or `DropChanged`; keeps the report either way."""
    recipe, source = _recipe(run, services)
    catalogue = services.catalogue()
    model, model_name = resolve(recipe, source, catalogue)
    if recipe.grader and (gone := retired_judges(recipe.grader, catalogue, services.now().date())):
        raise RecipeInvalid([f"{source}: {fault}" for fault in gone])
    wanted = assignment(recipe, model.max_example_tokens, services.datasets.beside_recipes)
    report = _streamed(run, wanted, services)
    services.files.put(run.id, REPORT, report.model_dump_json(indent=2).encode())
    page = dataset_page(report, specimens(services.files.read(run.id, REJECTS) or ()))
    services.files.put(run.id, PAGE, page.encode())
    services.telemetry.record(_rows(run, model_name, report))
    if not report.is_accepted or report.method is None:
        raise DatasetInvalid("\n".join(report.reasons))
    if faults := [*misfits(recipe, report.method), *unsuited(model, report.method, report.images, catalogue)]:
        raise RecipeInvalid([f"{source}: {fault} (the dataset is for {report.method})" for fault in faults])
    priced = partial(estimate, model=model, recipe=recipe, method=report.method, catalogue=catalogue)
    tokens = report.training_tokens
    is_certain = is_settled(recipe.budget, priced(tokens.low), priced(tokens.high))
    cost = priced(tokens.count if is_certain else _counted(run, services))
    plan = _plan(recipe, model_name, report.method, report, cost)
    _check_limits(plan, catalogue)
    services.telemetry.record(record_of_plan(run.id, plan))
    return plan


def _recipe(run: Run, services: Services) -> tuple[Recipe, str]:
    """The recipe of the drop's folder, or the default, with the set's own wishes on top; and what to call it."""
    name = run.drop.recipe
    text = services.datasets.recipe(name)
    if text is None:
        name = DEFAULT_RECIPE
        text = services.datasets.recipe(name)
    source = f"recipes/{name}.yaml"
    recipe = Recipe() if text is None else parse_recipe(text, source)
    own = run.drop.blob_of("recipe")
    if own is None:
        return recipe, source
    return override(recipe, _wishes(run.drop.container, own, services), own.name), own.name


def _wishes(container: str, own: Blob, services: Services) -> str:
    if own.size > MOST_RECIPE_BYTES:
        raise RecipeInvalid([f"{own.name}: {own.size:,} bytes; a recipe has at most {MOST_RECIPE_BYTES:,}"])
    try:
        return b"".join(services.datasets.read(container, own)).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RecipeInvalid([f"{own.name}: not UTF-8: byte offset {error.start}"]) from error


def _streamed(run: Run, wanted: Assignment, services: Services) -> Report:
    """The report of what was read and written; nothing is visible of a file before all of it is there."""
    written: dict[str, Writer] = {}
    with ExitStack() as stack:
        scratch = stack.enter_context(services.scratch())

        def opened(blob: Blob) -> ReadAhead:
            return stack.enter_context(ReadAhead(services.datasets.read(run.drop.container, blob)))

        def outputs() -> Outputs:
            written.update({name: services.files.writer(run.id, name) for name in WRITTEN})
            return Outputs(*write_behind(stack, written.values()))

        report = prepare([*_sources(run.drop, opened)], wanted, outputs, Tools(scratch))
    for name, writer in written.items():
        if name != CORRECTED or report.is_corrected:
            writer.commit()
    return report


def _sources(drop: Drop, opened: Callable[[Blob], ReadAhead]) -> Iterator[Source]:
    for one in drop.parts:
        if one.part != "recipe":
            yield Source(one.blob.name, one.part, partial(opened, one.blob))


def _counted(run: Run, services: Services) -> int:
    """The tokens of the training file, every one: for an estimate that is too near a limit of the budget."""
    counter = TokenCounter()
    chunks = services.files.read(run.id, TRAINING) or ()
    return sum(int(counter.count([line]).sum()) for line in lines(chunks) if isinstance(line, bytes))


def _rows(run: Run, base_model: str, report: Report) -> RowsRecord:
    counts = {f"rows_{name}": count for name, count in report.rows.model_dump().items()}
    return RowsRecord.model_validate({"run_id": run.id, "base_model": base_model, "verdict": report.verdict, **counts})


def _plan(recipe: Recipe, model: str, method: Method, report: Report, cost: Estimate) -> Plan:
    return Plan(
        recipe=recipe,
        model=model,
        method=method,
        inputs={one.name: one.sha256 for one in report.inputs},
        training=_file(TRAINING, report.training),
        validation=_file(VALIDATION, report.validation) if report.validation.rows else None,
        test=_file(TEST, report.test) if report.test.rows else None,
        corrected=CORRECTED if report.is_corrected else None,
        estimate=cost,
    )


def _file(name: str, output: Output) -> PreparedFile:
    return PreparedFile(blob=name, rows=output.rows, bytes=output.bytes, sha256=output.sha256)


def _check_limits(plan: Plan, catalogue: Catalogue) -> None:
    """Raises `DatasetInvalid` for what the service would refuse only after the upload."""
    if plan.method == "rft" and plan.validation is None:
        raise DatasetInvalid(
            "reinforcement needs a validation file, and there is none (rule 101): drop a set that has one, or a single "
            "file with more rows, of which data.split.validation is held back"
        )
    limits = catalogue.limits
    for part in (plan.training, plan.validation):
        if part is not None and part.bytes > limits.max_file_bytes:
            raise DatasetInvalid(
                f"{part.blob} has {part.bytes:,} bytes; at most {limits.max_file_bytes:,} are taken: split the dataset"
            )
    tokens = plan.estimate.tokens * plan.estimate.epochs
    if tokens > limits.max_job_tokens:
        raise DatasetInvalid(
            f"about {tokens:,} tokens over all epochs; at most {limits.max_job_tokens:,} are taken: "
            "use fewer epochs or fewer examples"
        )

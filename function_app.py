"""The platform's entry: makes the app and registers the triggers."""

import azure.functions as func

from functions import intake, pages, steps, sweep
from shared.bootstrap import quieten

quieten()
app = func.FunctionApp()
for blueprint in (intake.bp, steps.bp, sweep.bp, pages.bp):
    app.register_functions(blueprint)

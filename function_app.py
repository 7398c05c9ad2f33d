"""The platform's entry: makes the app, registers the triggers."""

import azure.functions as func

from functions import intake, pages, steps, sweep
from shared.bootstrap import asks_for_keys, quieten

quieten()
app = func.FunctionApp(http_auth_level=func.AuthLevel.FUNCTION if asks_for_keys() else func.AuthLevel.ANONYMOUS)
for blueprint in (intake.bp, steps.bp, sweep.bp, pages.bp):
    app.register_functions(blueprint)

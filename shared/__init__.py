"""The app: what it decides (`core`), what it needs (`ports`), what it does (`steps`, `pipeline`), whom it asks."""

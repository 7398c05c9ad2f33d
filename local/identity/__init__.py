"""Stand-in for the managed identity of an App Service: hands out tokens that carry an audience and no rights."""

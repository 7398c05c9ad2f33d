"""The command `tunedrop`: the service's own check and conversion, for people before they upload."""

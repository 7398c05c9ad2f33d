"""The demonstration: one dataset becomes a served model, another is refused with reasons, in about a minute."""

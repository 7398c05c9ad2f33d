"""Decisions and values. No I/O, no clock, no vendor's SDK."""

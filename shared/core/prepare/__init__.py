"""Preparation: from the bytes somebody dropped to files that can be trained on, and a report of every row.

Pure: bytes come in as chunks, and go out through sinks that are handed in.
"""

from shared.core.prepare.assignment import Assignment
from shared.core.prepare.files import Outputs, Sink, Source, SourcePart
from shared.core.prepare.preparation import Tools, prepare
from shared.core.prepare.report import Report

__all__ = ["Assignment", "Outputs", "Report", "Sink", "Source", "SourcePart", "Tools", "prepare"]

"""The trace of plugins on stderr: among the lines of progress, above what moves, or as objects beside the events."""

from aetherflow.cli.console import Console
from aetherflow.cli.render.progress import LineProgress, Progress
from aetherflow.core.events.segments import Segment
from aetherflow.core.plugins.trace_lines import TraceLines, json_line
from aetherflow.core.plugins.tracing import TracedOperation, Watcher


def shown_trace(console: Console, progress: Progress | LineProgress) -> Watcher:
    """Give what shows operations in the way in which the progress of the run is shown."""
    if not isinstance(progress, LineProgress):
        return lambda traced: console.streams.write_note(json_line(traced).encode())
    lines = TraceLines()

    def show(traced: TracedOperation) -> None:
        progress.show_line(traced.timestamp, [Segment("  plugins | ", "dim"), *lines.line(traced)])

    return show

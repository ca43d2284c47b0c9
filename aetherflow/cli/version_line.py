"""`aetherflow --version`, the line that needs nothing else of the command line."""

from aetherflow.cli.streams import OutputFailed, StandardStreams
from aetherflow.version import VERSION

VERSION_LINE = f"aetherflow {VERSION}\n"


def print_version() -> int:
    """Write the version to stdout; gives the exit code."""
    streams = StandardStreams()
    try:
        streams.write_result(VERSION_LINE.encode())
    except OutputFailed as failed:
        streams.write_note(f"error: {failed.message}\n".encode())
        return 2
    return 0

"""A console whose streams are kept in memory, as any terminal that a test asks for."""

from collections.abc import Mapping

from aetherflow.cli.console import Console, Look, Verbosity
from aetherflow.cli.streams import StandardStreams


class RecordingStreams(StandardStreams):
    """Streams that remember what was written."""

    def __init__(self) -> None:
        super().__init__()
        self.notes = b""
        self.results = b""

    def write_note(self, data: bytes) -> None:
        self.notes += data

    def write_result(self, data: bytes) -> None:
        self.results += data


class RecordingConsole(Console):
    """A console on recorded streams."""

    def __init__(
        self,
        *,
        environ: Mapping[str, str] | None = None,
        is_terminal: bool = False,
        has_unicode: bool = True,
        verbosity: Verbosity = Verbosity.NORMAL,
        width: int = 100,
    ) -> None:
        self.recorded = RecordingStreams()
        super().__init__(self.recorded, environ if environ is not None else {"TERM": "xterm"}, verbosity=verbosity)
        self.out = self.err = Look(is_terminal, False, has_unicode, width)

    @property
    def notes(self) -> str:
        """What was written to stderr."""
        return self.recorded.notes.decode()

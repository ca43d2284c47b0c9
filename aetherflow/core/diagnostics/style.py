"""How parts of a text report are coloured: ANSI sequences, or none."""

from typing import ClassVar

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Severity


class Style(Struct, frozen=True, kw_only=True):
    """What to write before each part of a report, and after it. Which style fits is for the terminal's side to say."""

    error: str = ""
    warning: str = ""
    note: str = ""
    message: str = ""
    gutter: str = ""
    end: str = ""

    PLAIN: ClassVar["Style"]
    COLOR: ClassVar["Style"]

    def of(self, severity: Severity) -> str:
        """Give the sequence of a severity."""
        return {Severity.ERROR: self.error, Severity.WARNING: self.warning, Severity.NOTE: self.note}[severity]

    def paint(self, text: str, sequence: str) -> str:
        """Put a text between a sequence and its end."""
        return f"{sequence}{text}{self.end}" if sequence and text else text


PLAIN = Style.PLAIN = Style()
COLOR = Style.COLOR = Style(
    error="\x1b[1;31m",
    warning="\x1b[1;33m",
    note="\x1b[1;36m",
    message="\x1b[1m",
    gutter="\x1b[1;34m",
    end="\x1b[0m",
)

"""Collects findings while a flow's surroundings are read, also those that arrive as errors."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.errors import InputError, PluginRefused

Value = TypeVar("Value")


class CollectedFindings:
    """``found`` are all; ``refusals`` those among them that refuse a plugin; ``sources`` the texts they point into."""

    def __init__(self) -> None:
        self.found: list[Diagnostic] = []
        self.refusals: list[Diagnostic] = []
        self.sources: dict[str, str] = {}

    def add(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Take findings of the input."""
        self.found += diagnostics

    def add_refusals(self, diagnostics: Iterable[Diagnostic], sources: Mapping[str, str]) -> None:
        """Take findings of plugins, of which errors refuse one."""
        told = list(diagnostics)
        self.found += told
        self.refusals += [finding for finding in told if finding.severity is Severity.ERROR]
        self.sources.update(sources)

    def or_none(self, read: Callable[[], Value]) -> Value | None:
        """Give what is read; None, with the error's findings kept, where it cannot be read."""
        try:
            return read()
        except (InputError, PluginRefused) as error:
            if not error.diagnostics:
                raise  # it has no place among findings, and must not get lost among them
            self.found += error.diagnostics
            self.sources.update(error.sources)
            if isinstance(error, PluginRefused):
                self.refusals += error.diagnostics
            return None

    def or_default(self, read: Callable[[], Value], default: Value) -> Value:
        """Give what is read, or the default with the error's findings kept."""
        value = self.or_none(read)
        return default if value is None else value

"""Plugins so large that finding them takes long."""

from collections.abc import Iterator

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.plugins.plugin_source import PluginSource

MANY_FILES = 1_000
MANY_BYTES = 50_000_000


def size_findings(source: PluginSource) -> Iterator[Diagnostic]:
    """Warn of a plugin whose files are many or large: each is looked at by every command, and hashed when it is new.

    Files and bytes are counted rather than seconds, so that the same plugin always gets the same answer.
    """
    count = len(source.files)
    size = sum(file.size for file in source.files)
    if count > MANY_FILES or size > MANY_BYTES:
        yield Diagnostic(
            code="AF-P144",
            severity=Severity.WARNING,
            message=f'the plugin "{source.name}" in "{source.root}" has {count:,} files with {size / 1e6:,.1f} MB: '
            "finding it takes long",
            hint=f"move out what is not the plugin's own: up to {MANY_FILES:,} files and {MANY_BYTES / 1e6:,.0f} MB "
            "are fine",
        )

"""What nobody registers may still be registered by a plugin that cannot be read without running it."""

from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity


def tolerated_beside_unread(finding: Diagnostic, unread_plugins: tuple[str, ...]) -> Diagnostic:
    """Make a warning of an unknown name where a plugin may know it once it runs, and say which."""
    if not unread_plugins:
        return finding
    names = ", ".join(f'"{name}"' for name in unread_plugins)
    plugins = "the plugin" if len(unread_plugins) == 1 else "the plugins"
    note = f"it may be registered by {plugins} {names}: what that is, is only known when the code runs"
    return replace(finding, severity=Severity.WARNING, notes=(*finding.notes, note))

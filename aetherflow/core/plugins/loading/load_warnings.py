"""What is worth saying of a plugin that loads: side effects of its import, and its time."""

from collections.abc import Iterator

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.span import Span
from aetherflow.core.plugins.loading.loaded_plugin import LoadedPlugin
from aetherflow.core.plugins.loading.surroundings import Effect, SideEffect

SLOW_IMPORT_SECONDS = 0.5

_WORDS: dict[Effect, tuple[str, str]] = {
    "thread": ("starts a thread: {}", "start it when a step first needs it"),
    "socket": ("opens a socket ({})", "connect in `connect` of a connector, or in the step"),
    "print": ("prints", "use `ctx.log` in the step; what is printed goes to stderr"),
    "environment": ("changes the environment: {}", "it was put back: give a child its environment where it is started"),
    "cwd": ("changes the current directory to {}", "it was put back: write paths relative to `__file__`"),
    "sys.path": ("changes sys.path: {}", "it was put back: modules of the plugin import each other by name"),
    "sys.stdout": ("replaces sys.stdout", "it was put back: stdout is for the result of a run"),
    "module": ("has Python read {} from its folder", "import it as a sibling: that code was not verified"),
}


def load_warnings(loaded: LoadedPlugin) -> Iterator[Diagnostic]:
    """Give a warning for everything that importing the plugin did beside defining things."""
    plugin = loaded.snapshot.plugin
    yield from (_side_effect(plugin, effect) for effect in loaded.side_effects)
    if loaded.import_seconds > SLOW_IMPORT_SECONDS:
        yield Diagnostic(
            code="AF-P521",
            severity=Severity.WARNING,
            message=f'importing the plugin "{plugin}" takes {loaded.import_seconds:.1f} s',
            hint="import what is heavy inside the functions that need it",
        )
    for name in loaded.imported_before:
        yield Diagnostic(
            code="AF-P523",
            severity=Severity.WARNING,
            message=f'"{name}" was imported before the plugin "{plugin}" could be verified',
            hint="whoever imported it has another copy of the module than the plugin has",
        )


def _side_effect(plugin: str, effect: SideEffect) -> Diagnostic:
    words, hint = _WORDS[effect.kind]
    return Diagnostic(
        code="AF-P520",
        severity=Severity.WARNING,
        message=f'importing the plugin "{plugin}" {words.format(effect.detail)}',
        hint=hint,
        span=Span(effect.file, effect.line, 1, effect.line, 1) if effect.file else None,
    )

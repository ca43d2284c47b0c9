"""What loading a plugin can find wrong, as findings at the plugin's own lines."""

import importlib
from contextlib import suppress
from types import TracebackType

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.marking import NotRegistrable
from aetherflow.core.contracts.span import Span
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.plugins.loading import plugin_import
from aetherflow.core.plugins.loading.module_loader import FailedBefore
from aetherflow.core.plugins.loading.mounted_plugin import MountedPlugin

_LONGEST_WORDS = 1000
_IMPORT_FILES = (importlib.__file__, plugin_import.__file__)


def import_finding(plugin: MountedPlugin, module: str, error: BaseException) -> Diagnostic:
    """Say why a module could not be imported, at the innermost line of the plugin's own that led there."""
    error = plugin.failed.get(module, error)  # what it was, where it is only said that it failed before
    file = plugin.snapshot.modules.get(module, module)
    if isinstance(error, SyntaxError) and plugin.owns(error.filename or ""):
        return _syntax_finding(error)
    culprit = _failed_module(plugin, error)
    culprit = culprit if culprit != module else None
    span = _own_place(plugin, error.__traceback__, outside=culprit) or line_span(
        plugin, plugin.snapshot.path_of(file), 1
    )
    if culprit is not None:
        return _needs_failed(plugin, module, culprit, span)
    if isinstance(error, ModuleNotFoundError) and error.name and _is_raised_at(error, span):
        return _missing_module(plugin, error.name, span)
    if isinstance(error, NotRegistrable):
        return Diagnostic(
            code="AF-P504",
            message=_words(plugin, error),
            hint='write `@register_step("name")` above a class or a function',
            span=span,
        )
    return Diagnostic(
        code="AF-P501",
        message=f'the module "{file}" could not be imported: {describe(plugin, error)}',
        span=span,
    )


def describe(plugin: MountedPlugin, error: BaseException) -> str:
    """Give an exception's type and words, with the names that the plugin's author knows."""
    words = _words(plugin, error)
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


def line_span(plugin: MountedPlugin, path: str, line: int) -> Span:
    """Give the place of a whole line of one of the plugin's modules."""
    content = plugin.snapshot.sources.get(path.removeprefix(f"{plugin.snapshot.root}/"), b"")
    lines = content.decode("utf-8", "replace").splitlines()
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    return Span(path, line, len(text) - len(text.lstrip()) + 1, line, max(len(text.rstrip()) + 1, 1))


def _syntax_finding(error: SyntaxError) -> Diagnostic:
    path, line, column = error.filename or "", max(error.lineno or 1, 1), max(error.offset or 1, 1)
    end_line, end_column = error.end_lineno or line, error.end_offset or column
    end = (end_line, end_column) if (end_line, end_column) >= (line, column) else (line, column)
    return Diagnostic(
        code="AF-P502",
        message=f'the module "{path.rpartition("/")[2]}" is not valid Python: {error.msg}',
        span=Span(path, line, column, *end),
    )


def _missing_module(plugin: MountedPlugin, name: str, span: Span) -> Diagnostic:
    own = plugin.inner_name(name) if name.startswith(f"{plugin.name}.") else None
    hint = "install the package that provides it where aetherflow is installed"
    return Diagnostic(
        code="AF-P503",
        message=f'there is no module "{own or name}"'
        + (" in the plugin" if own else ": neither in the plugin, nor installed"),
        label=did_you_mean(own or name, plugin.snapshot.modules),
        hint=None if own else hint,
        span=span,
    )


def _needs_failed(plugin: MountedPlugin, module: str, culprit: str, span: Span) -> Diagnostic:
    files = plugin.snapshot.modules
    return Diagnostic(
        code="AF-P501",
        message=f'the module "{files[module]}" could not be imported: it needs "{files[culprit]}", which failed',
        span=span,
    )


def _failed_module(plugin: MountedPlugin, error: BaseException) -> str | None:
    """Give the module in which an exception came up first, where the import of another one failed by it."""
    original = error.__cause__ if isinstance(error, FailedBefore) else error
    return next((name for name, known in plugin.failed.items() if known is original), None)


def _own_place(plugin: MountedPlugin, trace: TracebackType | None, outside: str | None) -> Span | None:
    """Give the innermost line of the plugin's own modules, but for those of a module that has its own finding."""
    skipped = plugin.snapshot.path_of(plugin.snapshot.modules[outside]) if outside is not None else None
    found = None
    while trace is not None:
        path = trace.tb_frame.f_code.co_filename
        if plugin.owns(path):
            if path == skipped:
                break
            found = line_span(plugin, path, trace.tb_lineno)
        trace = trace.tb_next
    return found


def _is_raised_at(error: BaseException, span: Span) -> bool:
    """Tell whether an import failed at the plugin's own line, rather than deep inside a library that it imports."""
    trace = error.__traceback__
    last = None
    while trace is not None:
        path = trace.tb_frame.f_code.co_filename
        if not path.startswith("<frozen importlib") and path not in _IMPORT_FILES:
            last = (path, trace.tb_lineno)
        trace = trace.tb_next
    return last == (span.file, span.line)


def _words(plugin: MountedPlugin, error: BaseException) -> str:
    words = ""
    with suppress(Exception):  # the text of a foreign exception is foreign code
        words = str(error)
    return words.replace(f"{plugin.name}.", "")[:_LONGEST_WORDS]

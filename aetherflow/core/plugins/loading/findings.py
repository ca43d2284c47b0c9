"""What loading a plugin can find wrong, as findings at the plugin's own lines."""

import importlib
import re
from contextlib import suppress
from importlib.util import decode_source

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.marking import NameNotAllowed, NotRegistrable
from aetherflow.core.contracts.registration import UnknownHook
from aetherflow.core.contracts.span import Span
from aetherflow.core.plugins.api_names import how_to_import, import_hint, is_ours
from aetherflow.core.plugins.contract_findings import not_registrable, unknown_hook
from aetherflow.core.plugins.import_findings import no_such_module, no_such_sibling
from aetherflow.core.plugins.line_places import line_of
from aetherflow.core.plugins.loading import plugin_import
from aetherflow.core.plugins.loading.module_loader import FailedBefore
from aetherflow.core.plugins.loading.mounted_plugin import MountedPlugin
from aetherflow.core.plugins.registration_calls import DECORATORS

_LONGEST_WORDS = 1000
_NOT_IMPORTED = re.compile(r"cannot import name '(\w+)' from ")
_IMPORT_FILES = (importlib.__file__, plugin_import.__file__)


def import_finding(plugin: MountedPlugin, module: str, error: BaseException) -> Diagnostic:
    """Say why a module could not be imported, at the innermost line of the plugin's own that led there."""
    own_error = plugin.failed.get(module, error)  # what it was, where it is only said that it failed before
    original = own_error.__cause__ if isinstance(own_error, FailedBefore) and own_error.__cause__ else own_error
    culprit = next((name for name, known in plugin.failed.items() if known is original), module)
    if culprit != module and _has_own_finding(plugin, culprit):
        return _needs_failed(plugin, module, culprit, place_in(plugin, module, own_error, outside=culprit))
    return _original_finding(plugin, module, original)


def _original_finding(plugin: MountedPlugin, module: str, error: BaseException) -> Diagnostic:
    if isinstance(error, SyntaxError) and plugin.owns(error.filename or ""):
        return _syntax_finding(error)
    place = place_in(plugin, module, error)
    if isinstance(error, ModuleNotFoundError) and error.name and _is_raised_at(error, place):
        return _missing_module(plugin, error.name, place)
    words = words_of_error(plugin, error)
    if isinstance(error, UnknownHook) and (finding := unknown_hook(error.hook, place)):
        return finding
    if isinstance(error, NotRegistrable):
        if isinstance(error, NameNotAllowed):
            return Diagnostic(code="AF-P504", message=words, hint=error.hint, span=place)
        return not_registrable(words.partition(" ")[0], words, place)
    if type(error) is TypeError and (decorator := words.partition("()")[0]) in DECORATORS:
        return not_registrable(decorator, words, place)
    kind = type(error).__name__
    label, hint = _wanted_of_ours(error, words)
    return Diagnostic(
        code="AF-P501",
        message=f'the module "{_file(plugin, module)}" could not be imported: {kind}{words and ": "}{words}',
        label=label,
        hint=hint,
        span=place,
    )


def _wanted_of_ours(error: BaseException, words: str) -> tuple[str | None, str | None]:
    """Give a label and a hint for a name that is the API's, or was looked for there; nothing for all others."""
    # Python's own exceptions alone: the attributes of others may be foreign code.
    if type(error) is NameError and type(error.name) is str:
        return None, import_hint(error.name)
    if type(error) is ImportError and type(error.name) is str and is_ours(error.name):
        name = _NOT_IMPORTED.match(words)
        return how_to_import(name[1]) if name else (None, None)
    return None, None


def line_span(plugin: MountedPlugin, path: str, line: int) -> Span:
    """Give the place of a whole line of one of the plugin's modules."""
    return line_of(_content(plugin, path).decode("utf-8", "replace").splitlines(), path, line)


def definition_span(plugin: MountedPlugin, place: Span) -> Span:
    """Give the name of the class or function that begins at a place, decorators included; else the place itself."""
    # deferred: only wanted when something is wrong with what is registered
    from aetherflow.core.plugins.definition_places import defined_at, name_span
    from aetherflow.core.plugins.parsed_module import TooMuchCode, parsed_module

    content = _content(plugin, place.file)
    try:
        definition = defined_at(parsed_module(content), place.line)
        lines = decode_source(content).split("\n")
    except (SyntaxError, ValueError, RecursionError, MemoryError, TooMuchCode):  # Python has compiled it all the same
        return place
    return name_span(place.file, lines, definition) if definition else place


def _content(plugin: MountedPlugin, path: str) -> bytes:
    return plugin.snapshot.sources.get(path.removeprefix(f"{plugin.snapshot.root}/"), b"")


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
    if own:
        return no_such_sibling(own, plugin.snapshot.modules, span)
    return no_such_module(name, plugin.snapshot.modules, span)


def _needs_failed(plugin: MountedPlugin, module: str, culprit: str, place: Span) -> Diagnostic:
    own, other = _file(plugin, module), _file(plugin, culprit)
    return Diagnostic(
        code="AF-P501",
        message=f'the module "{own}" could not be imported: it needs "{other}", which failed',
        span=place,
    )


def _has_own_finding(plugin: MountedPlugin, module: str) -> bool:
    """Tell a unit of a folder: what is wrong in it is told once, where it is loaded by itself."""
    snapshot = plugin.snapshot
    return snapshot.form == "folder" and any(snapshot.name_of(unit.module) == module for unit in snapshot.units)


def _file(plugin: MountedPlugin, module: str) -> str:
    return plugin.snapshot.modules.get(module, module)


def place_in(plugin: MountedPlugin, module: str, error: BaseException, outside: str | None = None) -> Span:
    """Give the innermost line of the plugin's own modules, but for those of a module that has its own finding."""
    skipped = plugin.snapshot.path_of(_file(plugin, outside)) if outside is not None else None
    found = plugin.snapshot.path_of(_file(plugin, module)), 1
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename != skipped:
        if plugin.owns(trace.tb_frame.f_code.co_filename):
            found = trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
    return line_span(plugin, *found)


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


def words_of_error(plugin: MountedPlugin, error: BaseException) -> str:
    """Give the text of what foreign code raised, as far as it has one."""
    words = ""
    with suppress(Exception):  # the text of a foreign exception is foreign code
        words = str(error)
    return words.replace(f"{plugin.name}.", "")[:_LONGEST_WORDS]

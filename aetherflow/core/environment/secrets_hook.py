"""The secrets hook: a module of the user's that turns stored values into secrets and may add variables.

The hook sees secrets, so the text of its exceptions is never shown: only their type and the line that raised them.
Whatever it raises becomes a finding, save what asks the whole run to end.
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import CodeType, ModuleType, TracebackType
from typing import Any, TypeVar

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import AetherFlowError, InputError, Interrupted, PluginRefused, system_reason
from aetherflow.core.contracts.span import Span
from aetherflow.core.environment.settings import Settings
from aetherflow.core.environment.snapshot import RESERVED_PREFIX

#: What the user's code may raise and mean: the run is to end.
_ENDS_THE_RUN = (Interrupted, KeyboardInterrupt)
_IMPORT_SYSTEM = ("<frozen importlib", "<frozen zipimport")

T = TypeVar("T")


class SecretsHook:
    """A loaded hook; what it gives back is checked."""

    def __init__(self, module: ModuleType, file: str) -> None:
        self._file = file
        self._decode = _function(_attribute(module, "decode", file), "decode", file)
        expand_env = _attribute(module, "expand_env", file, _ABSENT)
        self._expand_env = None if expand_env is _ABSENT else _function(expand_env, "expand_env", file)

    def decode(self, value: str, what: str = "a value") -> str:
        """Decode one value; ``what`` names it in the InputError that is raised when that fails."""
        decoded = self._call(lambda: self._decode(value), f"the secrets hook could not decode {what}")
        text = _plain_text(decoded)
        if text is None:
            raise _failure(f"the secrets hook decoded {what} to {_type_name(decoded)}, not to text", self._place())
        return text

    def expand_env(self, env: Mapping[str, str]) -> dict[str, str]:
        """Give the variables that the hook adds or changes; raises InputError, or PluginRefused for AETHERFLOW_*."""
        if self._expand_env is None:
            return {}
        expand = self._expand_env
        changed = {}
        message = "the secrets hook could not expand the environment"
        for given_name, given_value in self._call(lambda: self._items(expand(dict(env))), message):
            name = self._name(given_name)
            value = _plain_text(given_value)
            if value is None or env.get(name) != value:
                changed[name] = self._value(name, value, given_value)
        return changed

    def _items(self, given: object) -> list[tuple[object, object]]:
        """Read a mapping of the hook's own making, which may run its code; raises _Wrong where it is none."""
        if not isinstance(given, Mapping):
            raise _Wrong(f"expand_env of the secrets hook gave {_type_name(given)}, not a mapping")
        return [(name, value) for name, value in given.items()]  # unpacked here, where it may fail

    def _name(self, given: object) -> str:
        name = _plain_text(given)
        if name is None:
            wrong = f"a name that is {_type_name(given)}, not text"
        elif not name:
            wrong = "an empty name"
        elif "=" in name or "\0" in name:
            wrong = 'a name with "=" in it' if "=" in name else "a name with a NUL character"
        else:
            return name
        # What is no name may be a secret that was put in the wrong place.
        raise _failure(f"expand_env of the secrets hook gave a variable {wrong}", self._place())

    def _value(self, name: str, value: str | None, given: object) -> str:
        if value is None or "\0" in value:
            found = f"{_type_name(given)}, not text" if value is None else "text with a NUL character"
            raise _failure(f'expand_env of the secrets hook gave "{name}" the value of {found}', self._place())
        if name.startswith(RESERVED_PREFIX):
            finding = Diagnostic(
                code="AF-E504",
                message=f"the secrets hook may not set {name}: {RESERVED_PREFIX}* is set by the process alone",
                hint="leave it out of what expand_env returns",
                span=self._place(),
            )
            raise PluginRefused.of(finding)
        return value

    def _call(self, function: Callable[[], T], message: str) -> T:
        try:
            return function()
        except _ENDS_THE_RUN:
            raise
        except _Wrong as wrong:
            place, message = self._place(), wrong.message
        except BaseException as error:  # noqa: BLE001  # the user's code may raise anything
            place = _place_in(error.__traceback__, self._file) or self._place()
            message = f"{message}: it raised {type(error).__name__}"
        raise _failure(message, place)

    def _place(self) -> Span:
        return _line(self._file, 1)


class _Wrong(Exception):
    def __init__(self, message: str) -> None:
        self.message = message


_ABSENT = object()


def load_secrets_hook(settings: Settings) -> SecretsHook | None:
    """Load the hook that the settings name, if they name one; raises PluginRefused that says what is wrong where."""
    if settings.secrets_path is not None:
        path = settings.secrets_path
        return SecretsHook(_load_file(path), str(path))
    if settings.secrets_module is not None:
        module = _import(settings.secrets_module)
        file = _plain_text(_attribute(module, "__file__", settings.secrets_module))
        return SecretsHook(module, file or settings.secrets_module)
    return None


def _load_file(path: Path) -> ModuleType:
    import hashlib  # deferred: only wanted where a hook is configured

    try:
        source = path.read_bytes()
    except OSError as error:
        raise _refusal(f'the secrets hook "{path}" cannot be read: {system_reason(error)}', None) from None
    code = _compile(source, path)
    # Bytes are read once, and those are run. The private name keeps the hook from meeting any other module.
    module = ModuleType(f"aetherflow_secrets_{hashlib.sha256(source).hexdigest()[:8]}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module  # dataclasses and pickling look their module up
    failure: BaseException | None = None
    try:
        exec(code, vars(module))
    except BaseException as error:  # the user's code may raise anything
        sys.modules.pop(module.__name__, None)
        if isinstance(error, _ENDS_THE_RUN):
            raise
        failure = error
    if failure is not None:
        raise _failed_load(f'"{path}"', failure, str(path))
    return module


def _compile(source: bytes, path: Path) -> CodeType:
    try:
        return compile(source, str(path), "exec", dont_inherit=True)
    except SyntaxError as error:
        place = _line(str(path), error.lineno or 1, error.offset or 1)
    except (ValueError, RecursionError, MemoryError, OverflowError):  # a NUL character; nested too deeply
        place = _line(str(path), 1)
    raise _refusal(f'the secrets hook "{path}" is not valid Python', place) from None


def _import(name: str) -> ModuleType:
    from importlib import import_module  # deferred: only wanted where a hook is configured

    try:
        return import_module(name)
    except _ENDS_THE_RUN:
        raise
    except BaseException as error:  # noqa: BLE001  # the user's code may raise anything
        failure = error
    raise _failed_load(f'"{name}"', failure, None)


def _failed_load(named: str, error: BaseException, file: str | None) -> PluginRefused:
    place = _place_in(error.__traceback__, file)
    reason = f"it raised {type(error).__name__}"
    if type(error) is ModuleNotFoundError and error.name and _is_of_import(error.__traceback__):
        reason = f'there is no module "{error.name}"'
    elif isinstance(error, SyntaxError) and error.filename and _is_of_import(error.__traceback__):
        place = _line(error.filename, error.lineno or 1, error.offset or 1)
        reason = "it is not valid Python"
    return _refusal(f"the secrets hook {named} could not be loaded: {reason}", place)


def _is_of_import(traceback: TracebackType | None) -> bool:
    """Tell whether the import system raised an error: what the hook's own code put into one may be a secret."""
    from opcode import opmap  # deferred: only wanted when something is wrong

    if traceback is None:
        return False
    while traceback.tb_next is not None:
        traceback = traceback.tb_next
    code = traceback.tb_frame.f_code
    # An import statement shows no frame of the import system: the innermost is the statement's own.
    is_statement = code.co_code[traceback.tb_lasti] == opmap["IMPORT_NAME"]
    return is_statement or code.co_filename.startswith(_IMPORT_SYSTEM)


def _refusal(message: str, span: Span | None) -> PluginRefused:
    finding = Diagnostic(
        code="AF-E501",
        message=message,
        hint="AETHERFLOW_SECRETS_PATH names a file, AETHERFLOW_SECRETS_MODULE an importable module",
        span=span,
    )
    return PluginRefused.of(finding)


def _attribute(module: ModuleType, name: str, file: str, default: object = None) -> object:
    """Read an attribute of the hook, whose own ``__getattr__`` may raise anything."""
    try:
        return getattr(module, name, default)
    except _ENDS_THE_RUN:
        raise
    except BaseException as error:  # noqa: BLE001  # the user's code may raise anything
        failure = error
    raise _failed_load(f'"{file}"', failure, file)


def _function(function: object, name: str, file: str) -> Callable[[Any], Any]:
    if callable(function):
        return function
    finding = Diagnostic(
        code="AF-E502",
        message=f'the secrets hook "{file}" defines no function "{name}"',
        hint="a hook defines `decode(value: str) -> str`, and may define `expand_env(env: dict) -> dict`",
        span=_line(file, 1),
    )
    raise PluginRefused.of(finding)


def _failure(message: str, span: Span) -> AetherFlowError:
    return InputError.of(Diagnostic(code="AF-E503", message=message, span=span))


def _place_in(traceback: TracebackType | None, file: str | None) -> Span | None:
    """Give the innermost line of the hook's own file; without one, of any file but the import system's."""
    found = None
    while traceback is not None:
        name = traceback.tb_frame.f_code.co_filename
        if name == file or (file is None and not name.startswith("<") and name != __file__ and "importlib" not in name):
            found = _line(name, traceback.tb_lineno)
        traceback = traceback.tb_next
    return found


def _line(file: str, line: int, column: int = 1) -> Span:
    return Span(file, line, column, line, column)


def _type_name(value: object) -> str:
    return "nothing" if value is None else type(value).__name__


def _plain_text(value: object) -> str | None:
    """Give a text as a plain one; nothing for what is none. Runs no code of the value's own type."""
    return str.__str__(value) if issubclass(type(value), str) else None

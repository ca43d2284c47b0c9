"""The secrets hook: a module of the user's that turns stored values into secrets and may add variables.

The hook sees secrets, so the text of its exceptions is never shown: only their type and the line that raised them.
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, NoReturn

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import AetherFlowError, InputError, PluginRefused
from aetherflow.core.contracts.span import Span
from aetherflow.core.environment.settings import Settings
from aetherflow.core.environment.snapshot import RESERVED_PREFIX


class SecretsHook:
    """A loaded hook; what it gives back is checked."""

    def __init__(self, module: ModuleType, file: str) -> None:
        self._file = file
        self._decode = _function(module, "decode", file)
        self._expand_env = _function(module, "expand_env", file) if hasattr(module, "expand_env") else None

    def decode(self, value: str, what: str = "a value") -> str:
        """Decode one value; ``what`` names it in the InputError that is raised when that fails."""
        decoded = self._call(self._decode, value, f"the secrets hook could not decode {what}")
        if not isinstance(decoded, str):
            raise _failure(f"the secrets hook decoded {what} to {_type_name(decoded)}, not to text", self._place())
        return decoded

    def expand_env(self, env: Mapping[str, str]) -> dict[str, str]:
        """Give the variables that the hook adds or changes; raises InputError, or PluginRefused for AETHERFLOW_*."""
        if self._expand_env is None:
            return {}
        given = self._call(self._expand_env, dict(env), "the secrets hook could not expand the environment")
        if not isinstance(given, Mapping):
            message = f"expand_env of the secrets hook gave {_type_name(given)}, not a mapping"
            raise _failure(message, self._place())
        changed = {name: value for name, value in given.items() if env.get(name) != value}
        for name, value in changed.items():
            self._check(name, value)
        return changed

    def _check(self, name: object, value: object) -> None:
        if not isinstance(name, str) or not name or "=" in name or "\0" in name:
            raise _failure(f"expand_env of the secrets hook gave a variable the name {name!r}", self._place())
        if not isinstance(value, str) or "\0" in value:
            found = "text with a NUL character" if isinstance(value, str) else f"{_type_name(value)}, not text"
            raise _failure(f'expand_env of the secrets hook gave "{name}" the value of {found}', self._place())
        if name.startswith(RESERVED_PREFIX):
            finding = Diagnostic(
                code="AF-E504",
                message=f"the secrets hook may not set {name}: {RESERVED_PREFIX}* is set by the process alone",
                hint="leave it out of what expand_env returns",
                span=self._place(),
            )
            raise PluginRefused(finding.message, hint=finding.hint, diagnostics=[finding])

    def _call(self, function: Callable[[Any], Any], argument: Any, message: str) -> Any:
        try:
            return function(argument)
        except (Exception, SystemExit) as error:  # noqa: BLE001  # the user's code may raise anything
            place = _place_in(error.__traceback__, self._file) or self._place()
            raised = type(error).__name__
        raise _failure(f"{message}: it raised {raised}", place)

    def _place(self) -> Span:
        return _line(self._file, 1)


def load_secrets_hook(settings: Settings) -> SecretsHook | None:
    """Load the hook that the settings name, if they name one; raises PluginRefused that says what is wrong where."""
    if settings.secrets_path is not None:
        path = settings.secrets_path
        return SecretsHook(_load_file(path), str(path))
    if settings.secrets_module is not None:
        module = _import(settings.secrets_module)
        return SecretsHook(module, getattr(module, "__file__", None) or settings.secrets_module)
    return None


def _load_file(path: Path) -> ModuleType:
    import hashlib  # deferred: only wanted where a hook is configured

    try:
        source = path.read_bytes()
    except OSError as error:
        _refuse(f'the secrets hook "{path}" cannot be read: {(error.strerror or str(error)).lower()}', None)
    # Bytes are read once, and those are run. The private name keeps the hook from meeting any other module.
    module = ModuleType(f"aetherflow_secrets_{hashlib.sha256(source).hexdigest()[:8]}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module  # dataclasses and pickling look their module up
    try:
        exec(compile(source, str(path), "exec", dont_inherit=True), vars(module))
    except (Exception, SystemExit) as error:  # noqa: BLE001  # the user's code may raise anything
        del sys.modules[module.__name__]
        _refuse_failed_load(f'"{path}"', error, str(path))
    return module


def _import(name: str) -> ModuleType:
    from importlib import import_module  # deferred: only wanted where a hook is configured

    try:
        return import_module(name)
    except (Exception, SystemExit) as error:  # noqa: BLE001  # the user's code may raise anything
        _refuse_failed_load(f'"{name}"', error, None)


def _refuse_failed_load(named: str, error: BaseException, file: str | None) -> NoReturn:
    if isinstance(error, SyntaxError) and error.filename:
        place = _line(error.filename, error.lineno or 1, error.offset or 1)
        _refuse(f"the secrets hook {named} is not valid Python: {error.msg}", place)
    place_raised = _place_in(error.__traceback__, file)
    # What is missing is no secret; the text of any other error may be one.
    reason = str(error) if isinstance(error, ImportError) else f"it raised {type(error).__name__}"
    _refuse(f"the secrets hook {named} could not be loaded: {reason}", place_raised)


def _refuse(message: str, span: Span | None) -> NoReturn:
    finding = Diagnostic(
        code="AF-E501",
        message=message,
        hint="AETHERFLOW_SECRETS_PATH names a file, AETHERFLOW_SECRETS_MODULE an importable module",
        span=span,
    )
    raise PluginRefused(message, hint=finding.hint, diagnostics=[finding]) from None


def _function(module: ModuleType, name: str, file: str) -> Callable[[Any], Any]:
    function = getattr(module, name, None)
    if callable(function):
        return function  # type: ignore[no-any-return]  # an attribute of a module is Any
    finding = Diagnostic(
        code="AF-E502",
        message=f'the secrets hook "{file}" defines no function "{name}"',
        hint="a hook defines `decode(value: str) -> str`, and may define `expand_env(env: dict) -> dict`",
        span=_line(file, 1),
    )
    raise PluginRefused(finding.message, hint=finding.hint, diagnostics=[finding])


def _failure(message: str, span: Span) -> AetherFlowError:
    finding = Diagnostic(code="AF-E503", message=message, span=span)
    return InputError(message, diagnostics=[finding])


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

"""The runner's own settings: AETHERFLOW_* variables of the process, checked and typed."""

import os
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.environment.env_files import expand_home
from aetherflow.core.environment.snapshot import ENV_FILES_VARIABLE, RESERVED_PREFIX, Snapshot

DEFAULT_SECRET_ENV = ("*PASSWORD*", "*PASSWD*", "*SECRET*", "*_TOKEN", "*API_KEY*", "*PRIVATE_KEY*")


class Settings(Struct, frozen=True, kw_only=True):
    """Every setting with its default. Paths may be relative: to the current directory."""

    work_root: Path | None = None
    state_root: Path | None = None
    plugin_paths: str = ""
    plugin_strict: bool = True
    strict_templates: bool = True
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["text", "json"] = "text"
    mode: Literal["internal_fast", "enterprise"] = "internal_fast"
    profiles_file: Path | None = None
    profiles_json: str | None = None
    secrets_module: str | None = None
    secrets_path: Path | None = None
    secret_env: tuple[str, ...] = DEFAULT_SECRET_ENV
    validate_env_strict: bool = False
    connector_cache_default: Literal["run", "process", "none"] = "run"
    connector_cache_disabled: bool = False


_TRUTH = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}


class _BadValue(ValueError):
    """The message says what would be accepted."""


def _boolean(text: str) -> bool:
    try:
        return _TRUTH[text.strip().lower()]
    except KeyError:
        raise _BadValue("true, false, 1, 0, yes, no, on, off") from None


def _one_of(*accepted: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if (word := text.strip().lower()) not in accepted:
            raise _BadValue(", ".join(accepted))
        return word

    return read


def _text(text: str) -> str | None:
    return text.strip() or None


def _path(home: str | None, text: str) -> Path | None:
    if "\0" in text:
        raise _BadValue("a path")
    return expand_home(text.strip(), home) if text.strip() else None


def _globs(text: str) -> tuple[str, ...]:
    # Empty means the default: a variable that was left blank must not switch masking off.
    return tuple(pattern for part in text.split(",") if (pattern := part.strip())) or DEFAULT_SECRET_ENV


def _readers(home: str | None) -> dict[str, Callable[[str], Any]]:
    path = partial(_path, home)
    return {
        "work_root": path,
        "state_root": path,
        "plugin_paths": str.strip,
        "plugin_strict": _boolean,
        "strict_templates": _boolean,
        "log_level": _one_of("debug", "info", "warning", "error"),
        "log_format": _one_of("text", "json"),
        "mode": _one_of("internal_fast", "enterprise"),
        "profiles_file": path,
        "profiles_json": _text,
        "secrets_module": _text,
        "secrets_path": path,
        "secret_env": _globs,
        "validate_env_strict": _boolean,
        "connector_cache_default": _one_of("run", "process", "none"),
        "connector_cache_disabled": _boolean,
    }


def read_settings(snapshot: Snapshot) -> Settings:
    """Read the settings; raises InputError with one finding for every variable that has a wrong value."""
    values: dict[str, Any] = {}
    findings = []
    for field, read in _readers(snapshot.values.get("HOME")).items():
        variable = variable_of(field)
        if (text := snapshot.values.get(variable)) is None:
            continue
        try:
            values[field] = read(text)
        except _BadValue as accepted:
            findings.append(_wrong_value(variable, text, str(accepted)))
    settings = Settings(**values)
    if settings.secrets_module and settings.secrets_path:
        findings.append(_two_hooks())
    if findings:
        raise InputError(findings[0].message, hint=findings[0].hint, diagnostics=findings)
    return settings


def variable_of(field: str) -> str:
    """Give the name of the variable that holds a setting."""
    return RESERVED_PREFIX + field.upper()


def _wrong_value(variable: str, text: str, accepted: str) -> Diagnostic:
    return Diagnostic(
        code="AF-E201",
        message=f'{variable} is "{text}", which is not one of its values',
        hint=f"accepted are: {accepted}",
    )


def _two_hooks() -> Diagnostic:
    return Diagnostic(
        code="AF-E202",
        message="AETHERFLOW_SECRETS_MODULE and AETHERFLOW_SECRETS_PATH are both set",
        hint="there is one secrets hook: keep one of them",
    )


#: Set for child processes: a run inside a run finds them in its environment.
_OF_CHILDREN = ("FLOW_ID", "FLOW_DIR", "RUN_ID", "JOB_ID", "STEP_ID", "OUTPUT_DIR", "RUN_TOKEN", "FENCING_TOKEN")


def unknown_settings(environment: Mapping[str, str]) -> list[Diagnostic]:
    """Warn of every AETHERFLOW_* variable that means nothing, with the name that may have been meant."""
    known = {variable_of(field) for field in Settings.__struct_fields__}
    known |= {ENV_FILES_VARIABLE, *(RESERVED_PREFIX + name for name in _OF_CHILDREN)}
    unknown = [name for name in environment if name.startswith(RESERVED_PREFIX) and name not in known]
    return [_unknown_setting(name, known) for name in sorted(unknown)]


def _unknown_setting(name: str, known: set[str]) -> Diagnostic:
    from aetherflow.core.diagnostics.suggestion import did_you_mean  # deferred: only wanted when something is wrong

    return Diagnostic(
        code="AF-E203",
        severity=Severity.WARNING,
        message=f"{name} is no setting of aetherflow and has no effect",
        hint=did_you_mean(name, known) or "docs/environment.md lists the settings",
    )


def default_state_root() -> Path:
    """Give the folder where states live unless the environment or the flow says otherwise."""
    if sys.platform != "linux":
        from platformdirs import user_state_path  # deferred: takes 3 ms to import

        return user_state_path("aetherflow", appauthor=False)
    named = os.environ.get("XDG_STATE_HOME", "")  # platformdirs says the same
    home_default = os.path.expanduser("~/.local/state")  # noqa: PTH111  # a Path's raises where there is no home
    return Path(named if named.startswith("/") else home_default) / "aetherflow"


def default_work_root() -> Path:
    """Give the folder where jobs work unless the environment or the flow says otherwise."""
    return default_state_root() / "work"

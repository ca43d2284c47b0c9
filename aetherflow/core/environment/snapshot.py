"""The environment of a run: read once, never written, with the origin of every variable."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.environment.env_files import EnvFile, parse_env_files, read_env_file

#: Variables that configure the runner itself: only the process's own environment may set them.
RESERVED_PREFIX = "AETHERFLOW_"
ENV_FILES_VARIABLE = "AETHERFLOW_ENV_FILES_JSON"
PROCESS_ORIGIN = "process"
BUNDLE_ORIGIN = "bundle"


class Snapshot(Struct, frozen=True):
    """The variables, where each comes from ("process", an env file's path, "secrets hook"), and what was found.

    Both mappings are read-only. Errors among the findings mean that variables are missing: nothing should run.
    """

    values: Mapping[str, str]
    origins: Mapping[str, str]
    diagnostics: tuple[Diagnostic, ...] = ()


def take_snapshot(process_environment: Mapping[str, str]) -> Snapshot:
    """Lay the env files, in their order, over the process's environment."""
    process = dict(process_environment)
    files, findings = _env_files(process.get(ENV_FILES_VARIABLE, ""))
    return _with_files(process, files, findings)


def overlay(snapshot: Snapshot, variables: Mapping[str, str], origin: str, prefix: str = "") -> Snapshot:
    """Lay variables over a snapshot; those that configure the runner are left out, with a warning each."""
    named = {prefix + name: value for name, value in variables.items()}
    wrong = [finding for name in named if (finding := _name_finding(name, origin))]
    allowed = {name: value for name, value in named.items() if _name_finding(name, origin) is None}
    return Snapshot(
        MappingProxyType({**snapshot.values, **allowed}),
        MappingProxyType({**snapshot.origins, **dict.fromkeys(allowed, origin)}),
        (*snapshot.diagnostics, *wrong),
    )


def with_env_files(snapshot: Snapshot, files: Iterable[EnvFile], variables: Mapping[str, str]) -> Snapshot:
    """Lay further env files over a snapshot, in their order, after variables that the bundle itself needs."""
    return _over(overlay(snapshot, variables, BUNDLE_ORIGIN), files)


def _with_files(process: dict[str, str], files: list[EnvFile], findings: list[Diagnostic]) -> Snapshot:
    origins = dict.fromkeys(process, PROCESS_ORIGIN)
    return _over(Snapshot(MappingProxyType(process), MappingProxyType(origins), tuple(findings)), files)


def _over(snapshot: Snapshot, files: Iterable[EnvFile]) -> Snapshot:
    home = snapshot.values.get("HOME")
    for file in files:
        reading = read_env_file(file, home)
        found = Snapshot(snapshot.values, snapshot.origins, (*snapshot.diagnostics, *reading.diagnostics))
        snapshot = overlay(found, reading.variables, file.path, file.prefix)
    return snapshot


def _env_files(text: str) -> tuple[list[EnvFile], list[Diagnostic]]:
    if not text.strip():
        return [], []
    try:
        return parse_env_files(text), []
    except (ValueError, RecursionError) as error:
        finding = Diagnostic(
            code="AF-E101",
            message=f"{ENV_FILES_VARIABLE} is not a JSON list of env files: {error}",
            hint='for example ["common.env", {"type": "json", "path": "db.json", "optional": true, "prefix": "DB_"}]; '
            "types are dotenv, json and dir",
        )
        return [], [finding]


def _name_finding(name: str, origin: str) -> Diagnostic | None:
    if name.startswith(RESERVED_PREFIX):
        return Diagnostic(
            code="AF-E106",
            severity=Severity.WARNING,
            message=f'"{name}" in {_described(origin)} is ignored: {RESERVED_PREFIX}* is set by the process alone',
            hint=f"export {name} where aetherflow is started, or remove it there",
        )
    if not name or "=" in name or "\0" in name:
        return Diagnostic(
            code="AF-E107",
            message=f'"{name}" in {_described(origin)} cannot be the name of a variable',
            hint="a name has at least one character, and neither `=` nor NUL",
        )
    return None


def _described(origin: str) -> str:
    return f"the {origin}" if origin == "secrets hook" else f'the env file "{origin}"'

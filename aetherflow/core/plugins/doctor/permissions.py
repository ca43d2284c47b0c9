"""What a plugin's manifest says that it needs, compared with what its code reaches for: a look at text, no proof."""

import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.plugins.doctor.environment_use import reads_environment, variable_read, writes_environment
from aetherflow.core.plugins.doctor.file_uses import file_reach
from aetherflow.core.plugins.doctor.module_code import ModuleCode
from aetherflow.core.plugins.doctor.name_uses import Use
from aetherflow.core.plugins.doctor.network_uses import network_imports, request_reach
from aetherflow.core.plugins.doctor.plugin_code import PluginCode
from aetherflow.core.plugins.doctor.process_uses import process_reach
from aetherflow.core.plugins.doctor.resource_use import Reach, Resource

_KEY = "required_permissions"
#: The first parts of what is imported from Python, from aetherflow, or relatively.
_NO_STRANGERS = sys.stdlib_module_names | {"aetherflow", ""}
_VERBS: dict[Resource, str] = {
    "read": "reads",
    "write": "writes",
    "network": "connects to",
    "process": "starts",
    "env": "reads",
}
_NOUNS: dict[Resource, str] = {
    "read": "files",
    "write": "files",
    "network": "the network",
    "process": "processes",
    "env": "the environment",
}
_EXAMPLES: dict[Resource, str] = {
    "read": "read:PATH",
    "write": "write:PATH",
    "network": "network:HOST:PORT",
    "process": "process:NAME",
    "env": "env:NAME",
}


class _Grant(Struct, frozen=True):
    """One entry of `required_permissions`."""

    resource: str
    detail: str
    number: int
    written: str


def permission_findings(code: PluginCode) -> Iterator[Diagnostic]:
    """Say where code and manifest differ. Plugins without a manifest promise nothing, and get no findings."""
    manifest = code.source.manifest
    if manifest is None:
        return
    reaches = list(_reaches(code))
    grants = [_grant(number, text) for number, text in enumerate(manifest.required_permissions)]
    if _KEY not in code.source.manifest_spans:
        yield from _silent(code, reaches)
        return
    yield from (_undeclared(code, reach) for reach in reaches if _is_missing(reach, grants))
    if code.is_whole and not _imports_strangers(code):
        yield from (_unused(code, grant) for grant in grants if not _is_used(grant, reaches))


def _reaches(code: PluginCode) -> Iterator[Reach]:
    for module in code.modules.values():
        yield from network_imports(module)
        for use in module.found.uses:
            reach = None if use.where.is_dead else _reach(module, use)
            if reach is not None:
                yield reach


def _reach(module: ModuleCode, use: Use) -> Reach | None:
    return (
        process_reach(module, use)
        or request_reach(module, use)
        or file_reach(module, use)
        or _environment_reach(module, use)
    )


def _environment_reach(module: ModuleCode, use: Use) -> Reach | None:
    if use.name in ("ctx.env", "ctx.env.get"):
        is_get = use.name.endswith("get") and use.call is not None and use.call.args
        key = use.call.args[0] if use.call is not None and is_get else use.item
        return Reach(resource="env", span=module.span_of(use.node), detail=module.literal_text(key))
    if reads_environment(use) or writes_environment(use):
        return Reach(resource="env", span=module.span_of(use.node), detail=variable_read(module, use))
    return None


def _grant(number: int, text: str) -> _Grant:
    resource, _, detail = text.partition(":")
    return _Grant(resource, detail, number, text)


def _is_missing(reach: Reach, grants: list[_Grant]) -> bool:
    """Tell what no grant covers; where the text tells no more, any grant of the kind does."""
    if not reach.is_certain:
        return False
    return not any(_covers(grant, reach) for grant in grants)


def _is_used(grant: _Grant, reaches: list[Reach]) -> bool:
    return any(_covers(grant, reach) for reach in reaches) or grant.resource not in _VERBS


def _covers(grant: _Grant, reach: Reach) -> bool:
    if grant.resource != reach.resource:
        return False
    if reach.detail is None:
        return True
    if reach.resource == "network":
        return _covers_host(grant.detail, reach.detail)
    if reach.resource in ("read", "write"):
        return _covers_path(grant.detail, reach.detail)
    return fnmatchcase(reach.detail, grant.detail)


def _covers_host(granted: str, reached: str) -> bool:
    host, _, port = granted.rpartition(":") if ":" in granted else (granted, "", "*")
    reached_host, _, reached_port = reached.rpartition(":")
    return fnmatchcase(reached_host, host.lower()) and (not reached_port or fnmatchcase(reached_port, port))


def _covers_path(granted: str, reached: str) -> bool:
    """Compare paths as far as both are absolute: what a relative one leads to is only known in a run."""
    if not (granted.startswith("/") and reached.startswith("/")):
        return True
    return PurePosixPath(reached).is_relative_to(granted) or fnmatchcase(reached, granted)


def _imports_strangers(code: PluginCode) -> bool:
    """Tell a plugin that imports installed libraries: what they reach for is not seen here."""
    return any(
        each.name.partition(".")[0] not in _NO_STRANGERS and code.find(each.name, module) is None
        for module in code.modules.values()
        for each in module.found.imports
    )


def _undeclared(code: PluginCode, reach: Reach) -> Diagnostic:
    what = f'"{reach.detail}"' if reach.detail else _NOUNS[reach.resource]
    example = f"{reach.resource}:{reach.detail}" if reach.detail else _EXAMPLES[reach.resource]
    return Diagnostic(
        code="AF-P412",
        severity=Severity.WARNING,
        message=f'the plugin "{code.source.name}" {_VERBS[reach.resource]} {what}, which its manifest does not declare',
        hint=f'add "{example}" to {_KEY} of {code.source.manifest_file}',
        span=reach.span,
    )


def _silent(code: PluginCode, reaches: list[Reach]) -> Iterator[Diagnostic]:
    """Say once of a manifest without permissions what the plugin would have to declare."""
    first: dict[Resource, Reach] = {}
    for reach in reaches:
        if reach.is_certain and reach.resource != "read":
            first.setdefault(reach.resource, reach)
    if first:
        does = " and ".join(f"{_VERBS[resource]} {_NOUNS[resource]}" for resource in first)
        examples = ", ".join(f'"{_EXAMPLES[resource]}"' for resource in first)
        yield Diagnostic(
            code="AF-P412",
            severity=Severity.NOTE,
            message=f'the plugin "{code.source.name}" {does}, and its manifest declares no permissions',
            hint=f"add {_KEY}: [{examples}] to {code.source.manifest_file}",
            span=next(iter(first.values())).span,
        )


def _unused(code: PluginCode, grant: _Grant) -> Diagnostic:
    return Diagnostic(
        code="AF-P413",
        severity=Severity.NOTE,
        message=f'nothing in the plugin\'s code needs the permission "{grant.written}"',
        hint="take it out: whoever grants permissions wants to see no more than is needed",
        span=code.source.manifest_spans.get(f"{_KEY}[{grant.number}]"),
        path=(_KEY, grant.number),
    )

"""What a plugin says that it needs, compared with what its code reaches for: a look at text, no proof."""

import sys
from collections.abc import Iterable, Iterator, Sequence

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.plugins.doctor.declared import KEY, Declared, Grant, declaration_findings, declared_by
from aetherflow.core.plugins.doctor.plugin_code import PluginCode
from aetherflow.core.plugins.doctor.reaches import Reaches, reaches_of
from aetherflow.core.plugins.doctor.resource_use import EXAMPLES, Reach, Resource
from aetherflow.core.plugins.doctor.unseen_ways import Way

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


def permission_findings(code: PluginCode) -> Iterator[Diagnostic]:
    """Say where code and declaration differ. Plugins that declare nothing anywhere promise nothing, and get none."""
    declared = declared_by(code)
    if declared is None:
        return
    yield from declaration_findings(code.source)
    reaches = reaches_of(code)
    if any(KEY in said.unread for said in code.source.metadata):
        yield from _not_shown(code, reaches.ways)  # nobody can compare with what nobody knows
        return
    if not declared.is_said:
        yield from _silent(code, declared, reaches.seen)
        return
    yield from _undeclared(code, declared, undeclared(reaches.seen, declared))
    yield from _not_shown(code, reaches.ways)
    if code.is_whole and not reaches.ways and not _imports_strangers(code):
        yield from (_unused(grant) for grant in declared.grants if not _is_used(grant, reaches))


def undeclared(reaches: Iterable[Reach], declared: Declared) -> list[Reach]:
    """Give what no permission covers, in the order of the text; where that is not certain, one of the kind may."""
    granted = [grant.permission for grant in declared.grants if grant.permission]
    return [
        reach
        for reach in reaches
        if reach.is_certain and all(reach.cover_of(permission) == "not covered" for permission in granted)
    ]


def _undeclared(code: PluginCode, declared: Declared, missing: Sequence[Reach]) -> Iterator[Diagnostic]:
    """Say each thing once, at its first place; without its name only where no other of its kind has one."""
    places: dict[tuple[Resource, str | None], list[Reach]] = {}
    for reach in missing:
        places.setdefault((reach.resource, reach.detail), []).append(reach)
    named = {resource for resource, detail in places if detail is not None}
    for (resource, detail), found in places.items():
        if detail is not None or resource not in named:
            yield _one_undeclared(code, declared, found)


def _one_undeclared(code: PluginCode, declared: Declared, found: Sequence[Reach]) -> Diagnostic:
    reach = found[0]
    does = f"{_VERBS[reach.resource]} {_what(reach)}{_more_places(found)}"
    return Diagnostic(
        code="AF-P412",
        severity=Severity.WARNING,
        message=f'the plugin "{code.source.name}" {does}, which {declared.by} does not declare',
        hint=f'add "{reach.permission}" to {KEY} of {declared.place}',
        span=reach.span,
    )


def _what(reach: Reach) -> str:
    if reach.detail is None:
        return _NOUNS[reach.resource]
    shown = reach.permission.partition(":")[2] if reach.resource == "process" else reach.detail
    return f'below "{shown}"' if reach.is_open else f'"{shown}"'


def _more_places(found: Iterable[Reach | Way]) -> str:
    places = len({each.span for each in found})
    return f" in {places:,} places" if places > 1 else ""


def _silent(code: PluginCode, declared: Declared, reaches: Iterable[Reach]) -> Iterator[Diagnostic]:
    """Say once of a declaration without permissions what the plugin would have to declare."""
    first: dict[Resource, Reach] = {}
    for reach in reaches:
        if reach.is_certain and reach.resource != "read":
            first.setdefault(reach.resource, reach)
    if first:
        does = " and ".join(f"{_VERBS[resource]} {_NOUNS[resource]}" for resource in first)
        examples = ", ".join(f'"{EXAMPLES[resource]}"' for resource in first)
        yield Diagnostic(
            code="AF-P412",
            severity=Severity.NOTE,
            message=f'the plugin "{code.source.name}" {does}, and {declared.by} declares no permissions',
            hint=f"add {KEY}: [{examples}] to {declared.place}",
            span=next(iter(first.values())).span,
        )


def _not_shown(code: PluginCode, ways: Iterable[Way]) -> Iterator[Diagnostic]:
    """Say once of each way that it may reach for anything, whatever is declared."""
    places: dict[tuple[str, str], list[Way]] = {}
    for way in ways:
        places.setdefault((way.does, way.name), []).append(way)
    for found in places.values():
        way = found[0]
        does = f"{way.does} ({way.name}){_more_places(found)}"
        yield Diagnostic(
            code="AF-P417",
            severity=Severity.NOTE,
            message=f'the plugin "{code.source.name}" {does}: what that reaches for, its text does not show',
            hint="read what stands there: no permission says what it may do, and none is checked",
            span=way.span,
        )


def _imports_strangers(code: PluginCode) -> bool:
    """Tell a plugin that imports installed libraries: what they reach for is not seen here."""
    return any(
        each.name.partition(".")[0] not in _NO_STRANGERS and code.find(each.name, module) is None
        for module in code.modules.values()
        for each in module.found.imports
    )


def _is_used(grant: Grant, reaches: Reaches) -> bool:
    """Tell what something may need; a permission that is none is told by another rule."""
    wanted = grant.permission
    return wanted is None or any(reach.cover_of(wanted) != "not covered" for reach in reaches.seen)


def _unused(grant: Grant) -> Diagnostic:
    return Diagnostic(
        code="AF-P413",
        severity=Severity.NOTE,
        message=f'the plugin\'s text shows nothing that needs the permission "{grant.written}"',
        hint="where its code does not need it either, take it out: whoever grants it should see no more than is needed",
        span=grant.span,
        path=grant.path,
    )

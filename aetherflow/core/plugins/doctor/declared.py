"""What a plugin says that it needs, wherever it says so."""

from collections.abc import Iterator

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.metadata import PluginMetadata, is_permission
from aetherflow.core.contracts.span import DocumentPath, Span
from aetherflow.core.plugins.doctor.plugin_code import PluginCode
from aetherflow.core.plugins.line_places import whole_line
from aetherflow.core.plugins.permission_rules import Permission, permission_of
from aetherflow.core.plugins.plugin_source import PluginSource

METADATA = PluginMetadata.__name__
KEY = "required_permissions"


class Grant(Struct, frozen=True):
    """One permission that is declared, and where."""

    written: str
    permission: Permission | None
    span: Span | None
    path: DocumentPath = ()


class Declared(Struct, frozen=True):
    """All that a plugin declares; ``is_said`` is false where it says nothing of permissions at all.

    ``by`` names what says it, in the words of a sentence, ``place`` what is to be edited.
    """

    grants: tuple[Grant, ...]
    is_said: bool
    by: str
    place: str


def declared_by(code: PluginCode) -> Declared | None:
    """Give what a plugin declares; None for one that nowhere says what it is, which promises nothing."""
    source = code.source
    if source.manifest is None and not source.metadata:
        return None
    in_manifest, in_code = _in_manifest(source), _in_code(source)
    said = [each for each in source.metadata if each.required_permissions is not None]
    is_in_manifest = source.manifest is not None and (KEY in source.manifest_spans or not said)
    return Declared(
        grants=(*in_manifest, *in_code),
        is_said=KEY in source.manifest_spans or bool(said),
        by="its manifest" if is_in_manifest else f"its {METADATA}",
        place=source.manifest_file if is_in_manifest else f"the {METADATA} in {(said or source.metadata)[0].file}",
    )


def declaration_findings(source: PluginSource) -> Iterator[Diagnostic]:
    """Say where the code says other things of its permissions than the manifest, or what only running it can tell."""
    for said in source.metadata:
        place = whole_line(source.path_of(said.file), said.line)
        if KEY in said.unread:
            yield _unread(source, place)
        elif source.manifest is not None and KEY in source.manifest_spans and said.required_permissions is not None:
            in_manifest, in_code = set(source.manifest.required_permissions), set(said.required_permissions)
            if in_manifest != in_code:
                yield _different(source, sorted(in_manifest - in_code), sorted(in_code - in_manifest), place)
        yield from (_no_permission(text, place) for text in said.required_permissions or () if not is_permission(text))


def _in_manifest(source: PluginSource) -> Iterator[Grant]:
    for number, text in enumerate(source.manifest.required_permissions if source.manifest else ()):
        yield Grant(text, permission_of(text), source.manifest_spans.get(f"{KEY}[{number}]"), (KEY, number))


def _in_code(source: PluginSource) -> Iterator[Grant]:
    known = set(source.manifest.required_permissions if source.manifest else ())
    for said in source.metadata:
        for text in said.required_permissions or ():
            if text not in known:
                known.add(text)
                yield Grant(text, permission_of(text), whole_line(source.path_of(said.file), said.line))


def _different(source: PluginSource, in_manifest: list[str], in_code: list[str], place: Span) -> Diagnostic:
    sides = [
        f"only {where} asks for {listed}"
        for where, permissions in (("the manifest", in_manifest), ("the code", in_code))
        if (listed := " and ".join(f'"{each}"' for each in permissions))
    ]
    return Diagnostic(
        code="AF-P418",
        severity=Severity.WARNING,
        message=f'the plugin "{source.name}" declares two sets of permissions: {", ".join(sides)}',
        hint=f"write the same in both, or take {KEY} out of one of them: both together are what it is taken to ask for",
        span=place,
    )


def _unread(source: PluginSource, place: Span) -> Diagnostic:
    return Diagnostic(
        code="AF-P419",
        severity=Severity.WARNING,
        message=f'which permissions the plugin "{source.name}" asks for is only known when its code runs',
        hint=f"write {KEY} as a list of literals, so that people and the lock can see them",
        span=place,
    )


def _no_permission(text: str, place: Span) -> Diagnostic:
    return Diagnostic(
        code="AF-P209",
        message=f'"{text}" is no permission',
        hint="permissions are read:PATH, write:PATH, network:HOST:PORT, process:NAME and env:GLOB",
        span=place,
    )

"""Renders a source's location and ref; what templates make of them is judged as strictly as what is written."""

from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.documents.bundle_section import SourceSection
from aetherflow.core.documents.operator_manifest import LoadedManifest
from aetherflow.core.documents.source_findings import (
    SOURCE,
    credentials_finding,
    location_problem,
    ref_problem,
    unusable_location,
    unusable_ref,
)
from aetherflow.core.documents.source_patterns import RENDERED_REF_PATTERN, credentials_in
from aetherflow.core.resolution.render import TemplateError, render
from aetherflow.core.resolution.scope import Scope
from aetherflow.core.resolution.tokens import OPENING


def rendered_location(manifest: LoadedManifest, source: SourceSection, scope: Scope) -> str:
    """Give the location of a source, without blanks around it; raises InputError."""
    location = _rendered(manifest, "location", source.location, scope).strip()
    if OPENING in source.location:
        if problem := location_problem(location, source.type):
            raise _unusable(manifest, "location", unusable_location(problem, source.type))
        if credentials_in(location):
            raise _unusable(manifest, "location", credentials_finding(source.type))
    return location


def rendered_ref(manifest: LoadedManifest, source: SourceSection, scope: Scope) -> str | None:
    """Give the ref of a source, if one is written; raises InputError."""
    if not source.ref:
        return None
    ref = _rendered(manifest, "ref", source.ref, scope)
    if OPENING in source.ref and (problem := ref_problem(ref, RENDERED_REF_PATTERN)):
        raise _unusable(manifest, "ref", unusable_ref(problem))
    return ref


def _rendered(manifest: LoadedManifest, key: str, written: str, scope: Scope) -> str:
    try:
        # The line break keeps a token from standing alone, which would make a number of the DEFAULT 1.10.
        rendered: str = render(f"{written}\n", scope)
    except TemplateError as error:
        path = (*SOURCE, key)
        finding = Diagnostic(
            code="AF-B114",
            message=f'"{key}" cannot be rendered: {error.message}',
            hint="set the variable, or write a default into the template: {{env.NAME:DEFAULT}}",
            span=manifest.find(path, error.token_text),
            path=path,
        )
        raise InputError.of(finding) from None
    return rendered[:-1]


def _unusable(manifest: LoadedManifest, key: str, finding: Diagnostic) -> InputError:
    """Place a finding at the value whose templates came to what is wrong; that is not shown, it may be a secret."""
    path = (*SOURCE, key)
    note = "that is what its templates came to"
    return InputError.of(replace(finding, span=manifest.span(*path), path=path, notes=(note,)))

"""Resolves the resource that has the credentials of a bundle's source."""

from collections.abc import Iterator

from msgspec.structs import replace

from aetherflow.core.connectors.profiles import declared_secrets
from aetherflow.core.connectors.resources import ResolvedResource, resolve_resource, secrets_of
from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.documents.flow import Resource
from aetherflow.core.documents.operator_manifest import LoadedManifest
from aetherflow.core.documents.profiles import LoadedProfiles, Profile
from aetherflow.core.environment.masking import Masker
from aetherflow.core.environment.secrets_hook import SecretsHook
from aetherflow.core.resolution.render import TemplateError, render
from aetherflow.core.resolution.scope import Scope

#: What to do in a manifest, by the code.
_HINTS = {
    "AF-E404": "name the hook under `secrets` of the manifest",
    "AF-E403": "set the variable, or write a default into the template: {{env.NAME:DEFAULT}}",
}


def source_resource(
    manifest: LoadedManifest,
    name: str,
    *,
    scope: Scope,
    hook: SecretsHook | None,
    profiles: LoadedProfiles,
    masker: Masker,
) -> ResolvedResource:
    """Resolve a resource of the manifest; its secrets are masked from then on, also where InputError is raised."""
    resource = manifest.definition.resources[name]
    _mask(declared_secrets(name, resource, profiles), masker)
    try:
        profile = _profile(name, resource, scope, profiles)
        resolved = resolve_resource(name, resource, profile, scope=scope, hook=hook)
    except InputError as error:
        findings = [_placed(manifest, finding) for finding in error.diagnostics]
        raise InputError(error.message, hint=error.hint, diagnostics=findings) from None
    _mask(secrets_of(resolved), masker)
    return resolved


def _mask(secrets: Iterator[tuple[str, str]], masker: Masker) -> None:
    # The flow may have a resource of the same name: references to its secrets must not be taken for these.
    for origin, value in secrets:
        masker.add(f"manifest:{origin.partition(':')[2]}", value)


def _profile(name: str, resource: Resource, scope: Scope, profiles: LoadedProfiles) -> Profile | None:
    if resource.profile is None:
        return None
    path = ("resources", name, "profile")
    try:
        wanted = str(render(resource.profile, scope))
    except TemplateError as error:
        message = f'the profile of resource "{name}" cannot be rendered: {error.message}'
        raise InputError.of(Diagnostic(code="AF-E403", message=message, path=path)) from None
    if wanted in profiles.profiles:
        return profiles.profiles[wanted]
    from aetherflow.core.diagnostics.suggestion import did_you_mean  # deferred: only wanted when something is wrong

    finding = Diagnostic(
        code="AF-F401",
        message=f'resource "{name}" names the profile "{wanted}", which does not exist',
        label=did_you_mean(wanted, profiles.profiles),
        hint=f"the profiles are: {', '.join(profiles.profiles)}" if profiles.profiles else "there are no profiles here",
        path=path,
    )
    raise InputError.of(finding)


def _placed(manifest: LoadedManifest, finding: Diagnostic) -> Diagnostic:
    """Put a finding at its place in the manifest, unless it is about the hook's own file."""
    if finding.span:
        return finding
    return replace(finding, hint=_HINTS.get(finding.code, finding.hint), span=manifest.span(*finding.path))

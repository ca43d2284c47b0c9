"""What a resource comes to: its profile merged in, templates rendered, secrets decoded."""

from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.connectors.marking import MarkedLeaf, marking_of
from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.contracts.span import DocumentPath, render_path
from aetherflow.core.documents.flow import Decode, Resource
from aetherflow.core.documents.overlay import overlaid
from aetherflow.core.documents.profiles import Profile
from aetherflow.core.environment.sealing import fresh_container
from aetherflow.core.environment.secrets_hook import SecretsHook
from aetherflow.core.resolution.render import TemplateError, render
from aetherflow.core.resolution.scope import Scope

#: Ends the path of a marked value as it was before decoding: it is a secret too, but another one.
ENCODED = "encoded"


class ResolvedResource(Struct, frozen=True):
    """A resource as its connector gets it.

    ``secret_leaves`` are paths (``("config", "password")``) with their values, to be masked; a path that ends with
    "encoded" holds the value before decoding.
    """

    name: str
    kind: str
    driver: str
    config: dict[str, Any]
    options: dict[str, Any]
    secret_leaves: tuple[tuple[DocumentPath, str], ...] = ()


def merge_profile(resource: Resource, profile: Profile | None) -> Resource:
    """Lay a resource's own values over its profile's: mappings merge at every depth, anything else replaces."""
    if profile is None:
        return resource
    return replace(
        resource,
        config=overlaid(profile.config, resource.config),
        options=overlaid(profile.options, resource.options),
        decode=Decode(
            config=overlaid(profile.decode.config, resource.decode.config),
            options=overlaid(profile.decode.options, resource.decode.options),
        ),
    )


def _warn_nobody(message: str) -> None:
    """Drop a warning."""


def resolve_resource(
    name: str,
    resource: Resource,
    profile: Profile | None = None,
    *,
    scope: Scope,
    hook: SecretsHook | None,
    strict_templates: bool = True,
    warn: Callable[[str], None] = _warn_nobody,
) -> ResolvedResource:
    """Merge, render, then decode what is marked; raises InputError whose findings carry paths inside the flow."""
    merged = merge_profile(resource, profile)
    leaves = _checked_leaves(name, merged, hook)
    rendered = _rendered(name, merged, scope, strict_templates, warn)
    secrets: list[tuple[DocumentPath, str]] = []
    for leaf in leaves:
        encoded = _value_at(rendered, leaf.path)
        decoded = _decoded(name, leaf.path, encoded, hook)
        secrets += [((*leaf.path, ENCODED), encoded)] if encoded != decoded else []
        secrets.append((leaf.path, decoded))
        rendered = _with_value(rendered, leaf.path, decoded)
    return ResolvedResource(
        name=name,
        kind=merged.kind,
        driver=merged.driver,
        config=rendered["config"],
        options=rendered["options"],
        secret_leaves=tuple(secrets),
    )


def secret_origin(name: str, path: DocumentPath) -> str:
    """Name a secret leaf the way findings and stored references do: ``resource:db.config.password``."""
    return f"resource:{name}.{'.'.join(map(str, path))}"


def secrets_of(resolved: ResolvedResource) -> Iterator[tuple[str, str]]:
    """Give origin and value of every secret of a resource, for the masker."""
    for path, value in resolved.secret_leaves:
        yield secret_origin(resolved.name, path), value


def _checked_leaves(name: str, resource: Resource, hook: SecretsHook | None) -> tuple[MarkedLeaf, ...]:
    marking = marking_of(resource)
    findings = [_about(name, finding) for finding in marking.findings]
    if marking.leaves and hook is None:
        findings.append(_about(name, _no_hook(marking.leaves[0].path)))
    if findings:
        raise InputError(findings[0].message, hint=findings[0].hint, diagnostics=findings)
    return marking.leaves


def _about(name: str, finding: Diagnostic) -> Diagnostic:
    return replace(finding, message=f'resource "{name}": {finding.message}', path=("resources", name, *finding.path))


def _no_hook(path: DocumentPath) -> Diagnostic:
    return Diagnostic(
        code="AF-E404",
        message=f'decode marks "{render_path(path)}", but no secrets hook is configured',
        hint="set AETHERFLOW_SECRETS_PATH or AETHERFLOW_SECRETS_MODULE",
        path=("decode", *path),
    )


def _rendered(
    name: str, resource: Resource, scope: Scope, strict: bool, warn: Callable[[str], None]
) -> dict[str, dict[str, Any]]:
    values = {"config": resource.config, "options": resource.options}
    try:
        rendered: dict[str, dict[str, Any]] = render(values, scope, strict=strict, warn=warn)
    except TemplateError as error:
        finding = Diagnostic(
            code="AF-E403",
            message=f'"{render_path(error.path)}" cannot be rendered: {error.message}',
            path=error.path,
        )
        raise InputError.of(_about(name, finding)) from None
    return rendered


def _decoded(name: str, path: DocumentPath, encoded: Any, hook: SecretsHook | None) -> str:
    if not isinstance(encoded, str):
        finding = Diagnostic(
            code="AF-E406",
            message=f'decode marks "{render_path(path)}", which comes to no text',
            hint="only text can be decoded",
            path=path,
        )
        raise InputError.of(_about(name, finding))
    assert hook is not None  # _checked_leaves saw to it
    return hook.decode(encoded, f'"{render_path(path)}" of resource "{name}"')


def _value_at(value: Any, path: DocumentPath) -> Any:
    for part in path:
        value = value[part]
    return value


def _with_value(value: Any, path: DocumentPath, leaf: str) -> Any:
    if not path:
        return leaf
    copy: Any = fresh_container(value)
    copy[path[0]] = _with_value(copy[path[0]], path[1:], leaf)
    return copy

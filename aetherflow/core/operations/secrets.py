"""The secrets of a run: the hook that knows them, the variables it adds, the resources that it decodes."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from aetherflow.core.connectors.resources import ResolvedResource, merge_profile, resolve_resource
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.documents.flow import Resource
from aetherflow.core.environment.masking import Masker
from aetherflow.core.environment.sealing import UnknownSecret
from aetherflow.core.environment.secrets_hook import SecretsHook, load_secrets_hook
from aetherflow.core.environment.settings import Settings
from aetherflow.core.environment.snapshot import Snapshot
from aetherflow.core.operations.preparation import Prepared
from aetherflow.core.resolution.render import TemplateError, render
from aetherflow.core.resolution.scope import Scope


class LiveSurroundings(Struct, frozen=True, kw_only=True):
    """The environment as the run sees it, and how each resource is resolved when it is first wanted."""

    env: Mapping[str, str]
    hook: SecretsHook | None
    masker: Masker


def live_surroundings(prepared: Prepared) -> LiveSurroundings:
    """Load the secrets hook, if there is one, and let it add its variables; all that it adds is secret."""
    return with_secrets(prepared.settings, prepared.snapshot, prepared.masker)


def with_secrets(settings: Settings, snapshot: Snapshot, masker: Masker) -> LiveSurroundings:
    """Let the secrets hook of the settings add its variables to an environment; the masker gets to know them."""
    hook = load_secrets_hook(settings)
    env = dict(snapshot.values)
    if hook:
        for name, value in hook.expand_env(snapshot.values).items():
            env[name] = value
            masker.add(f"env:{name}", value)
    return LiveSurroundings(env=MappingProxyType(env), hook=hook, masker=masker)


class Resources:
    """The flow's resources, each resolved at most once; what is decoded is masked from then on."""

    def __init__(self, prepared: Prepared, live: LiveSurroundings, params: Mapping[str, Any]) -> None:
        self._prepared = prepared
        self._live = live
        self._scope = Scope({"env": live.env, "params": params})
        self._resolved: dict[str, ResolvedResource] = {}

    def resolvers(self) -> dict[str, Callable[[], ResolvedResource]]:
        """Give, for every resource of the flow, the function that resolves it."""
        flow = self._prepared.checked_flow()
        return {name: partial(self.resolve, name) for name in flow.definition.resources}

    def render_with(self, params: Mapping[str, Any]) -> None:
        """Let templates of resources that are not resolved yet name other params: a hook has changed them."""
        self._scope = Scope({"env": self._live.env, "params": params})

    def resolve(self, name: str) -> ResolvedResource:
        """Resolve a resource: profile, templates, secrets; raises InputError."""
        if name not in self._resolved:
            resource = self._prepared.checked_flow().definition.resources[name]
            resolved = self._resolve(name, resource)
            for path, value in resolved.secret_leaves:
                self._live.masker.add(f"resource:{name}.{'.'.join(map(str, path))}", value)
            self._resolved[name] = resolved
        return self._resolved[name]

    def unsealed(self, value: Any) -> Any:
        """Put secrets back in the place of their references; raises UnknownSecret that names one nobody knows now."""
        try:
            return self._live.masker.unseal(value)
        except UnknownSecret as unknown:
            if not self._resolve_origin(unknown.origin):
                raise
            return self.unsealed(value)

    def _resolve_origin(self, origin: str) -> bool:
        kind, _, rest = origin.partition(":")
        name = rest.split(".")[0]
        known = self._prepared.checked_flow().definition.resources
        wanted = kind == "resource" and name in known and name not in self._resolved
        if wanted:
            self.resolve(name)
        return wanted

    def _resolve(self, name: str, resource: Resource) -> ResolvedResource:
        profile_name = _profile_name(resource, self._scope)
        profile = self._prepared.profiles.profiles.get(profile_name) if profile_name else None
        return resolve_resource(
            name,
            merge_profile(resource, profile),
            scope=self._scope,
            hook=self._live.hook,
            strict_templates=self._prepared.settings.strict_templates,
        )


def _profile_name(resource: Resource, scope: Scope) -> str | None:
    if resource.profile is None:
        return None
    try:
        return str(render(resource.profile, scope))
    except TemplateError as error:
        raise InputError(str(error)) from None

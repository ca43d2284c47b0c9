"""Where plugins may come from, in each mode: which origins are accepted, which are refused, and why.

A pure function of what is asked for. The file system is seen through ``look`` alone, and only for accepted paths;
findings about paths that lead nowhere look around them, too.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.span import Span
from aetherflow.core.plugins.distribution_names import named_distributions, normalised_name
from aetherflow.core.plugins.distributions import InstalledDistribution
from aetherflow.core.plugins.modes import Mode
from aetherflow.core.plugins.path_look import PathFacts, identity_of, looking_once, written_paths

OriginKind = Literal["built-in", "package", "manifest", "bundle", "environment", "flag", "secrets hook"]


class Origin(Struct, frozen=True, kw_only=True):
    """One place that code may come from. ``named`` is as it was written, ``trust`` says why it may load.

    ``path`` is absolute, symlinks kept; ``real_path`` without them is the identity. Both are empty where an origin is
    no path. ``also_named`` tells where else the same real path is named, ``span`` where it stands in a document.
    """

    kind: OriginKind
    named: str
    path: str = ""
    real_path: str = ""
    is_file: bool = False
    trust: str = ""
    also_named: tuple[str, ...] = ()
    distribution: InstalledDistribution | None = None
    span: Span | None = None

    @property
    def roots(self) -> tuple[str, ...]:
        """The packages and modules of a distribution; other origins have none."""
        return self.distribution.roots if self.distribution else ()


class RefusedOrigin(Struct, frozen=True, kw_only=True):
    """An origin that the mode does not load, the reason, what to do to load it, and the code of the reason."""

    origin: Origin
    code: str
    reason: str
    hint: str


class ManifestOrigins(Struct, frozen=True, kw_only=True):
    """What a manifest says of plugins: ``folder`` is its own, ``plugin_paths`` are as written at ``path_spans``."""

    folder: str
    plugin_paths: tuple[str, ...] = ()
    path_spans: tuple[Span, ...] = ()
    trusted_packages: tuple[str, ...] = ()
    secrets: str | None = None  # `module` or `path` of the manifest's secrets section


class OriginRequest(Struct, frozen=True, kw_only=True):
    """Everything that asks for plugin code. ``environment_paths`` is AETHERFLOW_PLUGIN_PATHS as it stands."""

    mode: Mode
    cwd: str
    manifest: ManifestOrigins | None = None
    environment_paths: str = ""
    flag_paths: tuple[str, ...] = ()
    bundle_plugins_dir: str | None = None
    distributions: tuple[InstalledDistribution, ...] = ()
    environment_secrets: str | None = None  # AETHERFLOW_SECRETS_MODULE or _PATH
    home: str | None = None


class ResolvedOrigins(Struct, frozen=True, kw_only=True):
    """The verdict: what loads, in order of precedence (the last one wins a name), and what does not."""

    mode: Mode
    accepted: tuple[Origin, ...]
    refused: tuple[RefusedOrigin, ...]
    diagnostics: tuple[Diagnostic, ...]


Verdict = Origin | RefusedOrigin


def resolve_origins(request: OriginRequest, look: Callable[[str], PathFacts] | None = None) -> ResolvedOrigins:
    """Judge every origin of plugins."""
    verdicts = [
        Origin(kind="built-in", named="aetherflow", trust="part of AetherFlow"),
        *_distributions(request),
        *_manifest_paths(request),
        *_bundle_folder(request),
        *_ambient_paths(request),
        *_secrets_hooks(request),
    ]
    accepted, findings = _each_path_once(_accepted(verdicts), look or looking_once())
    return ResolvedOrigins(
        mode=request.mode,
        accepted=tuple(accepted),
        refused=tuple(verdict for verdict in verdicts if isinstance(verdict, RefusedOrigin)),
        diagnostics=tuple(findings),
    )


def refusal_findings(refused: Iterable[RefusedOrigin]) -> list[Diagnostic]:
    """Give a finding for every refused origin; a distribution that is there twice has an error of its own."""
    refused = tuple(each for each in refused if each.code != "AF-P122")
    if not refused:
        return []
    from aetherflow.core.plugins.origin_findings import refusal_finding  # deferred: mostly nothing is refused

    return [refusal_finding(each.code, each.origin.named, each.reason, each.hint) for each in refused]


def _accepted(verdicts: Iterable[Verdict]) -> list[Origin]:
    return [verdict for verdict in verdicts if isinstance(verdict, Origin)]


def _distributions(request: OriginRequest) -> Iterator[Verdict]:
    manifest = request.manifest
    trusted = named_distributions(manifest.trusted_packages) if manifest else frozenset()
    for distribution in sorted(request.distributions, key=lambda each: normalised_name(each.name)):
        origin = Origin(kind="package", named=distribution.name, distribution=distribution)
        if request.mode == "internal_fast":
            yield replace(origin, trust="installed")
        elif normalised_name(distribution.name) in trusted:
            yield _trusted(origin, distribution)
        else:
            yield RefusedOrigin(
                origin=origin,
                code="AF-P112",
                reason="it is not named in the manifest's trust.packages"
                if manifest
                else "enterprise mode without a manifest loads built-ins only",
                hint=f'add "{distribution.name}" to trust.packages of the manifest, or uninstall it',
            )


def _trusted(origin: Origin, distribution: InstalledDistribution) -> Verdict:
    """Judge a distribution by more than its name: it must be there once, and say itself what it is."""
    if distribution.copies:
        from aetherflow.core.plugins.distribution_copies import quoted  # deferred: mostly each is there once

        return RefusedOrigin(
            origin=origin,
            code="AF-P122",
            reason=f"it is there more than once: {quoted(distribution.copies)}",
            hint="remove all but the one that is meant",
        )
    if distribution.is_linked:
        return RefusedOrigin(
            origin=origin,
            code="AF-P112",
            reason=f'an .egg-link leads to "{distribution.info}", outside the site directories, for what it is',
            hint=f"install it anew: `pip install {distribution.name}`, or with -e, which leaves a dist-info folder",
        )
    outside = distribution.roots_outside
    where = f', editable: its code is in "{outside[0]}", outside the site directories' if outside else ""
    return replace(origin, trust=f"named in the manifest's trust.packages{where}")


def _manifest_paths(request: OriginRequest) -> Iterator[Verdict]:
    manifest = request.manifest
    if manifest is None:
        return
    for entry, span in zip_longest(manifest.plugin_paths, manifest.path_spans):
        # No `~` here: HOME is of the environment, and the environment must not move what the manifest names.
        for written, path in written_paths((entry,), manifest.folder, home=None):
            yield Origin(
                kind="manifest", named=written, path=path, trust="named in the manifest's paths.plugins", span=span
            )


def _bundle_folder(request: OriginRequest) -> Iterator[Verdict]:
    if request.bundle_plugins_dir is None:
        return
    origin = Origin(kind="bundle", named=request.bundle_plugins_dir, path=request.bundle_plugins_dir)
    if request.mode == "internal_fast":
        yield replace(origin, trust="part of the bundle")
    else:
        yield RefusedOrigin(
            origin=origin,
            code="AF-P111",
            reason="enterprise mode loads no plugins out of a bundle",
            hint="name a folder that the bundle cannot change under paths.plugins of the manifest",
        )


def _ambient_paths(request: OriginRequest) -> Iterator[Verdict]:
    environment = request.environment_paths.split(",")
    sources: tuple[tuple[OriginKind, str, Iterable[str]], ...] = (
        ("environment", "AETHERFLOW_PLUGIN_PATHS", environment),
        ("flag", "--plugin-path", request.flag_paths),
    )
    for kind, source, entries in sources:
        for written, path in written_paths(entries, request.cwd, request.home):
            origin = Origin(kind=kind, named=written, path=path)
            if request.mode == "internal_fast":
                yield replace(origin, trust=f"named by {source}")
            else:
                yield RefusedOrigin(
                    origin=origin,
                    code="AF-P110",
                    reason=f"enterprise mode loads nothing that {source} names",
                    hint="name the folder under paths.plugins of the manifest",
                )


def _secrets_hooks(request: OriginRequest) -> Iterator[Verdict]:
    """The environment's hook comes before the manifest's, where the mode lets it come at all: there is one hook."""
    from_manifest = request.manifest.secrets if request.manifest else None
    from_environment = request.environment_secrets
    if from_environment is not None and request.mode == "internal_fast":
        yield Origin(kind="secrets hook", named=from_environment, trust="named by the environment")
        return
    if from_environment is not None:
        yield RefusedOrigin(
            origin=Origin(kind="secrets hook", named=from_environment),
            code="AF-P114",
            reason="enterprise mode loads no secrets hook that the environment names",
            hint="name the hook under secrets of the manifest",
        )
    if from_manifest is not None:
        yield Origin(kind="secrets hook", named=from_manifest, trust="named in the manifest's secrets")


def _each_path_once(
    origins: Iterable[Origin], look: Callable[[str], PathFacts]
) -> tuple[list[Origin], list[Diagnostic]]:
    """Drop what cannot be a plugin, and name each real path once: where it is named first."""
    kept: list[Origin] = []
    place: dict[str, int] = {}
    findings: list[Diagnostic] = []
    for origin in origins:
        if not origin.path:
            place.update((identity_of(root), len(kept)) for root in origin.roots)
            kept.append(origin)
            continue
        facts = look(origin.path)
        if facts.kind not in ("folder", "file"):
            from aetherflow.core.plugins.origin_findings import NamedPath, path_findings  # deferred: mostly it is there

            findings += path_findings(facts, NamedPath(origin.named, origin.path, source_of(origin), origin.span))
            continue
        first = place.get(facts.real_path)
        if first is None:
            place[facts.real_path] = len(kept)
            kept.append(replace(origin, real_path=facts.real_path, is_file=facts.kind == "file"))
        else:
            from aetherflow.core.plugins.origin_findings import named_again  # deferred, as above

            findings.append(named_again(origin.named, source_of(origin), kept[first].named, source_of(kept[first])))
            kept[first] = replace(kept[first], also_named=(*kept[first].also_named, origin.named))
    return kept, findings


def source_of(origin: Origin) -> str:
    """Say in words what names an origin."""
    return _SOURCES[origin.kind]


_SOURCES: dict[OriginKind, str] = {
    "built-in": "AetherFlow",
    "package": "the installed packages",
    "manifest": "the manifest",
    "bundle": "the bundle",
    "environment": "AETHERFLOW_PLUGIN_PATHS",
    "flag": "--plugin-path",
    "secrets hook": "the secrets hook",
}

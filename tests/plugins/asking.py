"""Requests for origins, and short forms of the verdicts, for tests."""

from pathlib import Path
from typing import Any

from aetherflow.core.plugins.distributions import EntryPoint, InstalledDistribution
from aetherflow.core.plugins.origins import (
    ManifestOrigins,
    OriginRequest,
    RefusedOrigin,
    ResolvedOrigins,
    resolve_origins,
)


def distribution(name: str, root: str = "") -> InstalledDistribution:
    """Give a distribution with one entry point."""
    point = EntryPoint("aetherflow.plugins", "p", "p", "", 2, f"{root}/__init__.py" if root else "", root, "p")
    return InstalledDistribution(
        name=name, version="1.0", site="/site", info="/site/x.dist-info", entry_points=(point,)
    )


def resolved(mode: Any, cwd: Path, manifest: ManifestOrigins | None = None, **asked: Any) -> ResolvedOrigins:
    """Resolve what is asked for from a current directory."""
    return resolve_origins(OriginRequest(mode=mode, cwd=str(cwd), manifest=manifest, **asked))


def accepted(verdict: ResolvedOrigins) -> list[str]:
    """Give what loads, in order, without the built-ins."""
    return [f"{origin.kind} {origin.named}" for origin in verdict.accepted if origin.kind != "built-in"]


def refused(verdict: ResolvedOrigins) -> list[str]:
    """Give what does not load, with the code of the reason."""
    return [_shown(each) for each in verdict.refused]


def _shown(each: RefusedOrigin) -> str:
    return f"{each.origin.kind} {each.origin.named} {each.code}"


def codes(verdict: ResolvedOrigins) -> list[str]:
    """Give the codes of the findings."""
    return [finding.code for finding in verdict.diagnostics]

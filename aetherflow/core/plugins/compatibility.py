"""Whether a plugin was made for this API and this Python."""

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.plugins.inventory import KnownPlugin
from aetherflow.core.plugins.version_ranges import is_release_in
from aetherflow.version import VERSION

#: Of `aetherflow.core.api`, in SemVer. It has no version of its own: what breaks plugins is a major release of all.
API_VERSION = VERSION


def compatibility_findings(plugin: KnownPlugin, *, api_version: str, python_version: str) -> list[Diagnostic]:
    """Say that the plugin's ranges leave out this API or this Python; a range that is none leaves out nothing."""
    manifest, distribution = plugin.source.manifest, plugin.source.origin.distribution
    findings = []
    if manifest and _is_left_out(api_version, manifest.compatible_versions):
        findings.append(_other_api(plugin, manifest.compatible_versions, api_version))
    if distribution and _is_left_out(python_version, distribution.requires_python):
        findings.append(_other_python(plugin, distribution.requires_python, python_version))
    return findings


def _is_left_out(version: str, written: str) -> bool:
    return bool(written.strip()) and not is_release_in(version, written)


def _other_api(plugin: KnownPlugin, written: str, api_version: str) -> Diagnostic:
    source = plugin.source
    return Diagnostic(
        code="AF-P301",
        message=f'the plugin "{source.id}" works with AetherFlow\'s API "{written}", and this is {api_version}',
        hint="install a version of the plugin for this API; where it works as it is, widen compatible_versions",
        span=source.manifest_spans.get("compatible_versions"),
        path=("compatible_versions",),
    )


def _other_python(plugin: KnownPlugin, written: str, python_version: str) -> Diagnostic:
    distribution = plugin.source.origin.distribution
    return Diagnostic(
        code="AF-P302",
        message=f'the plugin "{plugin.source.id}" works with Python "{written}", and this is {python_version}',
        hint="install a version of the plugin for this Python, or run aetherflow with another one",
        span=distribution.requires_python_span if distribution else None,
    )

"""Whether a plugin was made for this API and this Python."""

from collections.abc import Iterator

from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.span import Span
from aetherflow.core.plugins.inventory import KnownPlugin
from aetherflow.core.plugins.version_ranges import is_release_in
from aetherflow.version import VERSION

#: Of `aetherflow.core.api`, in SemVer. It has no version of its own: what breaks plugins is a major release of all.
API_VERSION = VERSION


def compatibility_findings(plugin: KnownPlugin, *, api_version: str, python_version: str) -> list[Diagnostic]:
    """Say that the plugin's ranges leave out this API or this Python; a range that is none leaves out nothing."""
    source, distribution = plugin.source, plugin.source.origin.distribution
    findings = []
    if source.manifest and is_api_left_out(source.manifest.compatible_versions, api_version):
        place = source.manifest_spans.get("compatible_versions")
        finding = other_api(source.id, source.manifest.compatible_versions, api_version, place)
        findings.append(replace(finding, path=("compatible_versions",)))
    findings += _of_code(plugin, api_version)
    if distribution and _is_left_out(python_version, distribution.requires_python):
        findings.append(_other_python(plugin, distribution.requires_python, python_version))
    return findings


def is_api_left_out(written: str, api_version: str = API_VERSION) -> bool:
    """Tell whether a range of API versions leaves one out."""
    return _is_left_out(api_version, written)


def other_api(name: str, written: str, api_version: str, place: Span | None) -> Diagnostic:
    """Say that a plugin was made for other versions of the API."""
    return Diagnostic(
        code="AF-P301",
        message=f'the plugin "{name}" works with AetherFlow\'s API "{written}", and this is {api_version}',
        hint="install a version of the plugin for this API; where it works as it is, widen compatible_versions",
        span=place,
    )


def _of_code(plugin: KnownPlugin, api_version: str) -> Iterator[Diagnostic]:
    source = plugin.source
    for said in source.metadata:
        if is_api_left_out(said.compatible_versions, api_version):
            from aetherflow.core.plugins.line_places import whole_line  # deferred: mostly all is well

            place = whole_line(source.path_of(said.file), said.line)
            yield other_api(source.id, said.compatible_versions, api_version, place)


def _is_left_out(version: str, written: str) -> bool:
    return bool(written.strip()) and not is_release_in(version, written)


def _other_python(plugin: KnownPlugin, written: str, python_version: str) -> Diagnostic:
    distribution = plugin.source.origin.distribution
    return Diagnostic(
        code="AF-P302",
        message=f'the plugin "{plugin.source.id}" works with Python "{written}", and this is {python_version}',
        hint="install a version of the plugin for this Python, or run aetherflow with another one",
        span=distribution.requires_python_span if distribution else None,
    )

"""Where profiles come from: the environment, or a file beside the flow."""

from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from aetherflow.core.connectors.marking import literal_secrets, marking_of
from aetherflow.core.connectors.resources import ENCODED, merge_profile, secret_origin
from aetherflow.core.contracts.diagnostic import Diagnostic, has_errors
from aetherflow.core.contracts.errors import InputError, system_reason
from aetherflow.core.documents.flow import Resource
from aetherflow.core.documents.profiles import LoadedProfiles, load_profiles
from aetherflow.core.documents.reader import read_document
from aetherflow.core.documents.source import Source, decode_source, path_from_here
from aetherflow.core.environment.settings import Settings

JSON_VARIABLE = "AETHERFLOW_PROFILES_JSON"
BESIDE_THE_FLOW = "profiles.yaml"


def load_profiles_for(settings: Settings, flow_dir: Path) -> LoadedProfiles:
    """Load AETHERFLOW_PROFILES_JSON, else AETHERFLOW_PROFILES_FILE, else profiles.yaml beside the flow, if it exists.

    Raises InputError with all findings.
    """
    if settings.profiles_json is not None:
        return _from_json(settings.profiles_json)
    if settings.profiles_file is not None:
        return _from_file(settings.profiles_file)
    beside = flow_dir / BESIDE_THE_FLOW
    return _from_file(path_from_here(beside)) if beside.exists() else LoadedProfiles()


def _from_file(path: Path) -> LoadedProfiles:
    try:
        data = path.read_bytes()
    except OSError as error:
        finding = Diagnostic(
            code="AF-E401",
            message=f'the profiles file "{path}" cannot be read: {system_reason(error)}',
            hint="correct AETHERFLOW_PROFILES_FILE, or take it away to use profiles.yaml beside the flow",
        )
        raise InputError.of(finding) from None
    return _load(decode_source(str(path), data))


def _load(source: Source) -> LoadedProfiles:
    reading = read_document(source)
    findings = list(reading.diagnostics)
    loaded = LoadedProfiles()
    if reading.document is not None:
        profiles = load_profiles(reading.document)
        findings += profiles.diagnostics
        loaded = profiles.profiles
    if has_errors(findings):
        message = f'the profiles in "{source.name}" are wrong'
        raise InputError(message, diagnostics=findings, sources={source.name: source.text})
    return loaded


def _from_json(text: str) -> LoadedProfiles:
    import json  # msgspec names no place in a syntax error

    try:
        rewritten = json.dumps(json.loads(text), ensure_ascii=False)
    except (json.JSONDecodeError, RecursionError) as error:
        reason = f"{error.msg.lower()} at character {error.pos + 1}" if isinstance(error, ValueError) else "too deep"
        finding = Diagnostic(
            code="AF-E402",
            message=f"{JSON_VARIABLE} is not JSON: {reason}",
            hint='for example {"warehouse": {"config": {"path": "orders.db"}}}',
        )
        raise InputError.of(finding) from None
    # Written anew, since YAML's reading of JSON differs in details; the places in it mean nothing to the user then,
    # and a line of it may hold what nobody should see.
    try:
        loaded = _load(Source(JSON_VARIABLE, rewritten))
    except InputError as error:
        findings = [replace(finding, span=None) for finding in error.diagnostics]
        raise InputError(error.message, hint=error.hint, diagnostics=findings) from None
    return LoadedProfiles(None, loaded.profiles)


def declared_secrets(name: str, resource: Resource, profiles: LoadedProfiles) -> Iterator[tuple[str, str]]:
    """Give origin and value of the marked leaves that stand in the documents themselves, as they are written there."""
    profile = profiles.profiles.get(resource.profile) if resource.profile else None
    for leaf in marking_of(merge_profile(resource, profile)).leaves:
        for text in literal_secrets(leaf):
            yield secret_origin(name, (*leaf.path, ENCODED)), text

"""Resources: their profile, their connector, what they configure, and which of their leaves are secret."""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from aetherflow.core.connectors.marking import marking_of
from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.contracts.span import DocumentPath, render_path
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.documents.flow import Resource
from aetherflow.core.documents.flow_reader import LoadedFlow
from aetherflow.core.documents.profiles import LoadedProfiles
from aetherflow.core.validation.flow_index import FlowIndex, is_written
from aetherflow.core.validation.merged_resource import MergedResource
from aetherflow.core.validation.pointing import at_key, at_value
from aetherflow.core.validation.quick_schema import fits_quickly
from aetherflow.core.validation.references import use_findings
from aetherflow.core.validation.schema_problem import SchemaProblem
from aetherflow.core.validation.surroundings import Surroundings
from aetherflow.core.validation.uses import setting_uses

_MOST_SHOWN = 6


def resource_findings(flow: LoadedFlow, index: FlowIndex, surroundings: Surroundings) -> Iterator[Diagnostic]:
    """Find resources that could not be connected as they are described."""
    for name, resource in flow.definition.resources.items():
        if is_written(name):
            yield from _profile_findings(flow, name, resource, surroundings.profiles)
            yield from _connector_findings(flow, name, resource, surroundings)
            merged = MergedResource(flow, name, resource, surroundings.profiles)
            yield from _template_findings(merged, index, surroundings)
            yield from _decode_findings(merged, surroundings)


def _profile_findings(
    flow: LoadedFlow, name: str, resource: Resource, profiles: LoadedProfiles
) -> Iterator[Diagnostic]:
    wanted = resource.profile
    if wanted is None or not is_written(wanted) or wanted in profiles.profiles:
        return
    known = ", ".join(profiles.profiles)
    finding = Diagnostic(
        code="AF-F401",
        message=f'resource "{name}" names the profile "{wanted}", which does not exist',
        label=did_you_mean(wanted, profiles.profiles),
        hint=f"the profiles are: {known}" if known else _no_profiles(),
    )
    yield at_value(flow, ("resources", name, "profile"), finding)


def _no_profiles() -> str:
    return (
        "there are no profiles: put them in profiles.yaml beside the flow, or name a file by AETHERFLOW_PROFILES_FILE"
    )


def _connector_findings(
    flow: LoadedFlow, name: str, resource: Resource, surroundings: Surroundings
) -> Iterator[Diagnostic]:
    kind, driver = resource.kind, resource.driver
    connectors = surroundings.registry.connectors
    if not is_written(kind) or not is_written(driver):
        return
    allowed = surroundings.archive_drivers
    if kind == "archive" and allowed is not None and driver not in allowed:
        yield at_value(flow, ("resources", name, "driver"), _forbidden_archive(driver, allowed))
    contribution = connectors.get(f"{kind}:{driver}")
    if contribution:
        merged = MergedResource(flow, name, resource, surroundings.profiles)
        yield from _schema_findings(merged, contribution)
    elif any(known.startswith(f"{kind}:") for known in connectors):
        yield from _absent(flow, name, resource, surroundings, _unknown_driver(kind, driver, connectors), "driver")
    else:
        yield from _absent(flow, name, resource, surroundings, _unknown_kind(kind, connectors), "kind")


def _absent(
    flow: LoadedFlow, name: str, resource: Resource, surroundings: Surroundings, finding: Diagnostic, key: str
) -> Iterator[Diagnostic]:
    connector = f"{resource.kind}:{resource.driver}"
    if judged := surroundings.absent_plugins.judge(finding, "connector", connector):
        yield at_value(flow, ("resources", name, key), judged)


def _forbidden_archive(driver: str, allowed: frozenset[str]) -> Diagnostic:
    listed = f"it allows: {', '.join(sorted(allowed))}" if allowed else "it allows none"
    return Diagnostic(
        code="AF-F407",
        message=f'the archive driver "{driver}" is not among the `archive_drivers` of the manifest',
        hint=f"enterprise mode allows only those that the manifest lists; {listed}",
    )


def _unknown_kind(kind: str, connectors: Mapping[str, Contribution]) -> Diagnostic:
    kinds = dict.fromkeys(known.partition(":")[0] for known in connectors)
    return Diagnostic(
        code="AF-F402",
        message=f'unknown kind of resource "{kind}"',
        label=did_you_mean(kind, kinds),
        hint=_registered(connectors),
    )


def _unknown_driver(kind: str, driver: str, connectors: Mapping[str, Contribution]) -> Diagnostic:
    drivers = [known.partition(":")[2] for known in connectors if known.startswith(f"{kind}:")]
    return Diagnostic(
        code="AF-F403",
        message=f'unknown driver "{driver}" for resources of kind "{kind}"',
        label=did_you_mean(driver, drivers),
        hint=_registered(connectors),
    )


def _registered(connectors: Mapping[str, Contribution]) -> str:
    if not connectors:
        return "no connectors are registered: install a plugin that brings one"
    if len(connectors) > _MOST_SHOWN:
        return f"{len(connectors)} connectors are registered: `aetherflow plugins list` shows them"
    return f"registered, as KIND:DRIVER: {', '.join(sorted(connectors))}"


def _schema_findings(merged: MergedResource, contribution: Contribution) -> Iterator[Diagnostic]:
    """Check the merged values; a connector's input schema describes its ``config`` and its ``options``."""
    values = {"config": merged.values.config, "options": merged.values.options}
    if contribution.input_schema is None or fits_quickly(contribution.input_schema, values):
        return
    # deferred: only wanted where the fast check was not sure
    from aetherflow.core.validation.schema_problems import SchemaJudge

    for problem in SchemaJudge(contribution.input_schema).problems(values):
        if problem.kind != "unusable":
            yield _schema_finding(merged, problem)


def _schema_finding(merged: MergedResource, problem: SchemaProblem) -> Diagnostic:
    if problem.kind == "missing":
        message = f'resource "{merged.name}": {problem.message}'
        finding = Diagnostic(code="AF-F405", message=message, hint=problem.hint)
        return at_key(merged.flow, merged.path, finding)
    ground, path = merged.origin(problem.path)
    if problem.kind == "unknown":
        message = f'unknown key "{problem.key}" in {render_path(problem.path[:-1])} of resource "{merged.name}"'
        finding = Diagnostic(code="AF-F404", message=message, label=problem.label, hint=problem.hint)
        return at_key(ground, path, finding)
    message = f'resource "{merged.name}": {problem.message}'
    return at_value(ground, path, Diagnostic(code="AF-F406", message=message, label=problem.label, hint=problem.hint))


def _template_findings(merged: MergedResource, index: FlowIndex, surroundings: Surroundings) -> Iterator[Diagnostic]:
    for section, values in (("config", merged.values.config), ("options", merged.values.options)):
        for use in setting_uses(values, (section,)):
            ground, path = merged.origin(use.path)
            yield from use_findings(ground, replace(use, path=path), index, surroundings)


def _decode_findings(merged: MergedResource, surroundings: Surroundings) -> Iterator[Diagnostic]:
    marking = marking_of(merged.values)
    for finding in marking.findings:
        ground, path = merged.origin(finding.path)
        yield at_value(ground, path, finding)
    if marking.leaves and not surroundings.secrets_hook_configured:
        ground, path = merged.origin(("decode",))
        yield at_key(ground, path, _no_hook(merged.name, marking.leaves[0].path))


def _no_hook(name: str, path: DocumentPath) -> Diagnostic:
    return Diagnostic(
        code="AF-E404",
        message=f'resource "{name}": decode marks "{render_path(path)}", but no secrets hook is configured',
        hint="set AETHERFLOW_SECRETS_PATH or AETHERFLOW_SECRETS_MODULE",
    )

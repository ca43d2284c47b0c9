"""Plugins for programs: the forms of `plugins list --json` and `plugins why --json`."""

from collections.abc import Iterable
from typing import Any

from msgspec.structs import asdict

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.diagnostics.forms import to_json
from aetherflow.core.operations.listing.answers import NameAnswer, WhyReport
from aetherflow.core.operations.listing.values import ListedLoad, ListedName, ListedPlugin, PluginListing


def listing_json(listing: PluginListing) -> dict[str, Any]:
    """Give the form of `plugins list --json`."""
    return {
        "mode": listing.mode,
        "strict": listing.strict,
        "lock_file": listing.lock_file,
        "plugins": [_loading(plugin) for plugin in listing.plugins],
        "left_out": [_left_out(plugin) for plugin in listing.left_out],
        "overrides": listing.overrides,
        "refused": listing.refused,
        "findings": [{"plugin": each.plugin or None} | to_json(each.diagnostic) for each in listing.findings],
    }


def why_json(report: WhyReport) -> dict[str, Any]:
    """Give the form of `plugins why --json`."""
    return {
        "asked": report.asked,
        "mode": report.mode,
        "names": [_answer(answer) for answer in report.names],
        "plugins": [_plugin(plugin) for plugin in report.plugins],
        "refused": report.refused,
    }


def _plugin(plugin: ListedPlugin) -> dict[str, Any]:
    return _left_out(plugin) if plugin.load_order is None else _loading(plugin)


def _loading(plugin: ListedPlugin) -> dict[str, Any]:
    told = asdict(plugin) | {"provides": [_name(name) for name in plugin.provides], "loaded": _load(plugin.loaded)}
    del told["reasons"]
    return told


def _load(loaded: ListedLoad | None) -> dict[str, Any] | None:
    if loaded is None:
        return None
    return {"ok": not loaded.errors(), **asdict(loaded), "findings": _findings(loaded.findings)}


def _left_out(plugin: ListedPlugin) -> dict[str, Any]:
    return _loading(plugin) | {"reasons": _findings(plugin.reasons)}


def _name(name: ListedName) -> dict[str, Any]:
    return asdict(name) | {"in_effect": name.counts}


def _answer(answer: NameAnswer) -> dict[str, Any]:
    plugin = _loading(answer.plugin)
    del plugin["provides"]
    return {
        "kind": answer.name.kind,
        "name": answer.name.name,
        "file": answer.name.file,
        "line": answer.name.line,
        "summary": answer.name.summary,
        "in_effect": answer.in_effect,
        "reasons": _findings(answer.reasons),
        "overrides": answer.overrides,
        "effects": answer.effects,
        "input_schema": answer.input_schema,
        "output_schema": answer.output_schema,
        "plugin": plugin,
    }


def _findings(findings: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    return [to_json(finding) for finding in findings]

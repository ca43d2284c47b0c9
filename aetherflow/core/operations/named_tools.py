"""Tools by the names that people give them: `tool.PLUGIN.NAME`, `PLUGIN.NAME`, or `NAME` where only one has it."""

from collections.abc import Iterable, Mapping

from aetherflow.core.contracts.diagnostic import Diagnostic, has_errors
from aetherflow.core.contracts.errors import InputError, PluginRefused
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.plugins.tool_names import TOOL_PREFIX
from aetherflow.core.validation.absent_plugins import AbsentPlugins


def tools_in(steps: Mapping[str, Contribution]) -> dict[str, Contribution]:
    """Give the step types that are tools, by their names, sorted."""
    return {name: steps[name] for name in sorted(steps) if steps[name].kind == "tool"}


def tool_named(asked: str, tools: Mapping[str, Contribution]) -> Contribution | None:
    """Give the tool that is meant; None where there is none. Raises InputError where several may be."""
    name = _name_among(asked, tools)
    return tools[name] if name else None


def unknown_tool(asked: str, tools: Mapping[str, Contribution], absent: AbsentPlugins) -> InputError | PluginRefused:
    """Say that there is no such tool, and whose it would be that may not load."""
    left_out = [name for kind, name in absent.left_out if kind == "tool"]
    known = [*tools, *left_out, *(name for kind, name in absent.disabled if kind == "tool")]
    name = _name_among(asked, known) or asked
    count = "1 tool is" if len(tools) == 1 else f"{len(tools)} tools are"
    finding = Diagnostic(
        code="AF-F204",
        message=f'there is no tool "{asked}"',
        hint=did_you_mean(asked, _all_names(tools)) or f"{count} registered: `aetherflow tools list` shows them",
    )
    judged = absent.judge(finding, "tool", name) or finding
    if name in left_out:
        return PluginRefused(judged.message, hint=judged.hint, diagnostics=[judged])
    error = judged if has_errors([judged]) else finding
    return InputError(error.message, hint="\n".join(filter(None, (error.label, error.hint, *judged.notes))))


def _name_among(asked: str, names: Iterable[str]) -> str | None:
    known = list(names)
    if asked in known:
        return asked
    meant = [name for name in known if name.endswith(f".{asked}") and name != f"{TOOL_PREFIX}{asked}"]
    if f"{TOOL_PREFIX}{asked}" in known:
        return f"{TOOL_PREFIX}{asked}"
    if len(meant) > 1:
        shown = ", ".join(f'"{name}"' for name in meant[:5])
        more = f" and {len(meant) - 5} more" if len(meant) > 5 else ""
        raise InputError(f'several tools are called "{asked}": {shown}{more}', hint="write the name of one in full")
    return meant[0] if meant else None


def _all_names(tools: Iterable[str]) -> list[str]:
    """Give every name that a tool may be called by, but for those that several share."""
    full = list(tools)
    return [*full, *(name.removeprefix(TOOL_PREFIX) for name in full), *(name.rpartition(".")[2] for name in full)]

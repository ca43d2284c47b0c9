"""What became of a plugin that was switched off or on, as text and as JSON."""

from aetherflow.cli.console import Console
from aetherflow.cli.options import Format
from aetherflow.cli.render.plugin_words import name_of
from aetherflow.core.operations.switch_plugins import SwitchReport


def write_switch(report: SwitchReport, console: Console, chosen: Format) -> None:
    """Write the result; what follows from it for other plugins is told on stderr."""
    if chosen == "json":
        console.result_json(report)
        return
    console.result(f'the plugin "{name_of(report.plugin)}" {_state(report)}\n')
    if report.dependents:
        names = ", ".join(f'"{name_of(each)}"' for each in report.dependents)
        verb = "is" if len(report.dependents) == 1 else "are"
        command = console.reader.command("aetherflow plugins list")
        console.note(f"{names} {verb} left out now, too: `{command}` says why\n")


def _state(report: SwitchReport) -> str:
    if report.enabled:
        return "is enabled again" if report.changed else "is not disabled"
    return "is disabled on this machine" if report.changed else "is disabled already"

"""Tools, and what came of a call of one, for people and for programs."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from aetherflow.cli.console import Console
from aetherflow.cli.render.paint import paint
from aetherflow.cli.render.plugin_words import Page, name_of, one_line
from aetherflow.cli.render.plugins import table_text
from aetherflow.core.events.segments import Line, Segment
from aetherflow.core.operations.list_tools import ListedTool, ToolListing

if TYPE_CHECKING:  # to list tools calls none
    from aetherflow.core.operations.call_tool import CalledTool


def tools_text(listing: ToolListing, page: Page, *, verbose: bool) -> str:
    """Write a line for each tool, and below it, to those who ask, what it takes."""
    if not listing.tools:
        return "no tools: `aetherflow plugins list` shows what plugins register\n"
    rows = table_text([_row(tool) for tool in listing.tools], page, "", name=0).splitlines(keepends=True)
    return "".join(
        part for tool, row in zip(listing.tools, rows, strict=True) for part in (row, *_taken(tool, page, verbose))
    )


def tools_json(listing: ToolListing) -> dict[str, Any]:
    """Give the form of `tools list --json`."""
    tools = [
        {
            "name": tool.name,
            "plugin": tool.plugin,
            "description": tool.description,
            "parameters": tool.parameters,
            "file": tool.file,
            "line": tool.line,
        }
        for tool in listing.tools
    ]
    return {"mode": listing.mode, "tools": tools, "unread": list(listing.unread)}


def unread_text(listing: ToolListing, console: Console) -> str:
    """Name the plugins that may have more tools; nothing where all is known."""
    if not listing.unread:
        return ""
    warning = paint("warning", "warn", colour=console.err.has_colour)
    names = ", ".join(f'"{name_of(name)}"' for name in listing.unread)
    return f"{warning}: plugins may have more tools, which are only known when they run: {names}\n"


def call_json(called: "CalledTool") -> dict[str, Any]:
    """Give the form of `tools call --json`."""
    result = called.result
    error = None if result.success else {"message": result.error, "hint": called.hint}
    return {"ok": result.success, "tool": called.tool, "data": result.data, "error": error}


def _row(tool: ListedTool) -> Line:
    return [
        Segment(name_of(tool.name), "name"),
        Segment(name_of(tool.plugin), "dim"),
        Segment(one_line(tool.description)),
    ]


def _taken(tool: ListedTool, page: Page, verbose: bool) -> Iterator[str]:
    if not verbose or not tool.takes:
        return
    rows: list[Line] = [
        [
            Segment(name_of(taken.name)),
            Segment(one_line(f"{taken.takes}{', required' if taken.required else ''}")),
            Segment(one_line(taken.description), "dim"),
        ]
        for taken in tool.takes
    ]
    yield table_text(rows, page, "    ", name=0)

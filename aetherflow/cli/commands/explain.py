"""`aetherflow explain CODE`: the page of a finding's code."""

from typing import Annotated

import typer

from aetherflow.cli.command import Command
from aetherflow.cli.console import Console
from aetherflow.cli.options import NoColorOption, open_console
from aetherflow.cli.render.paint import paint
from aetherflow.cli.usage_errors import UsageProblem
from aetherflow.core.diagnostics.pages import Page, all_pages, page_of
from aetherflow.core.diagnostics.suggestion import did_you_mean

EXAMPLES = """\b
Examples:
  # what `error[AF-F204]` wants to say
  aetherflow explain AF-F204"""

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(cls=Command, epilog=EXAMPLES)
def explain(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(metavar="CODE", help="The code, such as AF-F204 or F204.")],
    no_color: NoColorOption = False,
) -> None:
    """Print the page of a finding's code: what it means, an example, and what to do about it."""
    console = open_console(ctx, no_color=no_color)
    console.result(_text(_page(ctx, code), console))


def _page(ctx: typer.Context, code: str) -> Page:
    wanted = code.strip().upper()
    page = page_of(wanted) or page_of(f"AF-{wanted}")
    if page is None:
        known = sorted(page.code for page in all_pages())
        hint = did_you_mean(wanted, known) or "codes look like AF-F204 and stand at the head of each finding"
        raise UsageProblem(f'no such code "{code}"', hint=hint, ctx=ctx)
    return page


def _text(page: Page, console: Console) -> str:
    colour = console.out.has_colour
    parts = [f"{paint(page.code, 'name', colour=colour)}: {paint(page.title, 'strong', colour=colour)}", page.meaning]
    if page.example.strip():
        parts.append(paint("Example:", "strong", colour=colour) + "\n\n" + _indented(page.example))
    parts.append(paint("What to do:", "strong", colour=colour) + "\n\n" + _indented(page.fix))
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.strip("\n").split("\n"))

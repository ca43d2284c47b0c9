"""`aetherflow explain CODE`: the page of a finding's code."""

from aetherflow.cli.console import Console
from aetherflow.cli.declaration import Argument, Command, UsageProblem
from aetherflow.cli.options import NO_COLOR, open_console
from aetherflow.cli.render.paint import paint
from aetherflow.cli.streams import StandardStreams
from aetherflow.core.diagnostics.pages import Page, all_pages, page_of
from aetherflow.core.diagnostics.suggestion import did_you_mean


def explain(streams: StandardStreams, *, code: str, no_color: bool) -> int:
    """Print what a code means, an example, and what to do about it."""
    wanted = code.strip().upper()
    page = page_of(wanted) or page_of(f"AF-{wanted}")
    if page is None:
        known = sorted(page.code for page in all_pages())
        hint = did_you_mean(wanted, known) or "codes look like AF-F204 and stand at the head of each finding"
        raise UsageProblem(f'no such code "{code}"', hint=hint)
    console = open_console(streams, no_color=no_color)
    console.result(_text(page, console))
    return 0


def _text(page: Page, console: Console) -> str:
    colour = console.out.has_colour
    parts = [f"{paint(page.code, 'name', colour=colour)}: {paint(page.title, 'strong', colour=colour)}", page.meaning]
    if page.example.strip():
        parts.append(paint("Example:", "strong", colour=colour) + "\n\n" + _indented(page.example))
    parts.append(paint("What to do:", "strong", colour=colour) + "\n\n" + _indented(page.fix))
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.strip("\n").split("\n"))


COMMAND = Command(
    name="explain",
    description="Print the page of a finding's code: what it means, an example, and what to do about it.",
    action=explain,
    arguments=(Argument("code", "The code, such as AF-F204 or F204."),),
    options=(NO_COLOR,),
    examples=(("aetherflow explain AF-F204", "what `error[AF-F204]` wants to say"),),
)

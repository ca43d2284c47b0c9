"""Help pages, written from the declarations: the same with and without colours, quick, and without Typer or rich."""

import textwrap
from collections.abc import Mapping

from msgspec import Struct

from aetherflow.cli.command_table import COMMANDS, Group, Stub
from aetherflow.cli.console import Look
from aetherflow.cli.declaration import Command, Option
from aetherflow.cli.named_command import NamedCommand
from aetherflow.cli.render.paint import paint

WIDEST = 100

_ABOUT = "Run YAML flows once, to the end, anywhere: a shell, cron, a CI job, a container."
_HELP_ROW = ("-h, --help", "Show this page.")
_ROOT_ROWS = (
    ("--version", "Print the version."),
    ("--install-completion", "Install completion for the shell in use."),
    ("--show-completion", "Print the completion script of the shell in use."),
    _HELP_ROW,
)


class HelpPage(Struct, frozen=True):
    """What a page says, before it is laid out; sections are titles with rows of a name and its text."""

    usage: str
    description: str
    sections: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    examples: tuple[tuple[str, str], ...] = ()
    footer: str = ""


def page_of(named: NamedCommand) -> HelpPage:
    """Describe what the words of a line name."""
    if isinstance(named.entry, Stub):
        return command_page(named.path, named.entry.load())
    if named.entry is None:
        return group_page(named.path, _ABOUT, COMMANDS)
    return group_page(named.path, named.entry.summary, named.entry.commands)


def command_page(path: str, command: Command) -> HelpPage:
    """Describe a command; the path is all words before its arguments."""
    words = " ".join(argument.metavar for argument in command.arguments)
    arguments = tuple((argument.metavar, argument.help) for argument in command.arguments)
    options = tuple((_spelling(option), option.help) for option in command.options)
    sections = (("Arguments", arguments), ("Options", (*options, _HELP_ROW)))
    return HelpPage(f"{path} [OPTIONS] {words}".rstrip(), command.description, sections, command.examples)


def group_page(path: str, description: str, commands: Mapping[str, Stub | Group]) -> HelpPage:
    """Describe the root or a noun, by the lines of the table: no command is imported for it."""
    rows = tuple((name, entry.summary) for name, entry in commands.items())
    options = _ROOT_ROWS if path == "aetherflow" else (_HELP_ROW,)
    footer = f"`{path} COMMAND --help` tells more about a command, with examples."
    return HelpPage(f"{path} COMMAND …", description, (("Commands", rows), ("Options", options)), footer=footer)


def render_page(page: HelpPage, look: Look) -> str:
    """Lay a page out for a stream."""
    width = min(look.width, WIDEST)
    colour = look.has_colour
    usage = page.usage if look.has_unicode else page.usage.replace("…", "...")
    blocks = [f"{paint('Usage:', 'strong', colour=colour)} {usage}", _paragraphs(page.description, width)]
    indent = max((len(name) for _, rows in page.sections for name, _ in rows if len(name) <= 24), default=0)
    for title, rows in page.sections:
        if rows:
            body = "\n".join(_row(name, text, indent, width, colour=colour) for name, text in rows)
            blocks.append(f"{paint(title + ':', 'strong', colour=colour)}\n{body}")
    if page.examples:
        blocks.append(_examples(page.examples, colour=colour))
    if page.footer:
        blocks.append(page.footer)
    return "\n\n".join(blocks) + "\n"


def _spelling(option: Option) -> str:
    short_first = sorted(option.names, key=len)
    value = {"flag": "", "optional": f" [{option.metavar}]"}.get(option.kind, f" {option.metavar}")
    return ", ".join(short_first) + value


def _paragraphs(text: str, width: int) -> str:
    return "\n\n".join(textwrap.fill(" ".join(part.split()), width) for part in text.split("\n\n"))


def _row(name: str, text: str, indent: int, width: int, *, colour: bool) -> str:
    margin = " " * (indent + 4)
    lines = textwrap.wrap(text, max(width - len(margin), 20)) or [""]
    shown = "  " + paint(name, "name", colour=colour)
    if len(name) > indent:
        return "\n".join([shown, *(margin + line for line in lines)])
    first = shown + " " * (indent - len(name) + 2) + lines[0]
    return "\n".join([first, *(margin + line for line in lines[1:])])


def _examples(examples: tuple[tuple[str, str], ...], *, colour: bool) -> str:
    lines = [paint("Examples:", "strong", colour=colour)]
    for line, remark in examples:
        lines += [f"  {paint('# ' + remark, 'dim', colour=colour)}", f"  {line}"]
    return "\n".join(lines)

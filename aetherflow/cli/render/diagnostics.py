"""Findings in every form that a command line can ask for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from aetherflow.cli.console import NARROWEST, Console, Look
from aetherflow.cli.options import Format
from aetherflow.cli.render.paint import paint
from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import AetherFlowError
from aetherflow.core.events.segments import harmless
from aetherflow.version import VERSION

if TYPE_CHECKING:  # as the rest of what shows findings: only when there is one
    from aetherflow.core.diagnostics.style import Style

Mask = Callable[[str], str]


def findings_text(diagnostics: Sequence[Diagnostic], sources: Mapping[str, str], mask: Mask, look: Look) -> str:
    """Write findings for people, each with its source line."""
    from aetherflow.core.diagnostics.text import render_text  # deferred: only when there is a finding

    return render_text(diagnostics, sources, mask=mask, style=style_of(look), columns=columns_of(look)) + "\n"


def style_of(look: Look) -> "Style":
    """Give the style in which a stream shows findings."""
    from aetherflow.core.diagnostics.style import Style  # deferred, as above

    return Style.COLOR if look.has_colour else Style.PLAIN


def columns_of(look: Look) -> int | None:
    """Give the width that findings keep to; None where nobody looks."""
    return max(NARROWEST, look.width) if look.is_terminal else None


def masked(diagnostic: Diagnostic, mask: Mask) -> Diagnostic:
    """Mask what a finding says; the text form masks source lines too, by itself."""
    return msgspec.structs.replace(
        diagnostic,
        message=mask(diagnostic.message),
        label=mask(diagnostic.label) if diagnostic.label else None,
        hint=mask(diagnostic.hint) if diagnostic.hint else None,
        notes=tuple(map(mask, diagnostic.notes)),
    )


def findings_json(flow: str | None, diagnostics: Iterable[Diagnostic], *, ok: bool) -> dict[str, Any]:
    """Give the form of `validate --json`; without a flow where the command is about none."""
    from aetherflow.core.diagnostics.forms import to_json  # deferred: text output does without

    about = {} if flow is None else {"flow": flow}
    return {"ok": ok, **about, "diagnostics": [to_json(diagnostic) for diagnostic in diagnostics]}


def write_findings(
    console: Console, chosen: Format, flow: str | None, diagnostics: Sequence[Diagnostic], *, ok: bool
) -> None:
    """Write findings, masked, to stdout in one of the forms for programs."""
    from aetherflow.core.diagnostics.forms import to_github, to_sarif  # deferred: text output does without

    if chosen == "json":
        console.result_json(findings_json(flow, diagnostics, ok=ok))
    elif chosen == "sarif":
        console.result_json(to_sarif(diagnostics, VERSION))
    elif diagnostics:
        console.result(to_github(diagnostics) + "\n")


def refuse(error: AetherFlowError, console: Console, chosen: Format, flow: str | None) -> int:
    """Say why a command cannot do its work: text to stderr, the forms for programs to stdout; gives the exit code."""
    findings = console.reader.tell_all(masked(diagnostic, error.mask) for diagnostic in error.diagnostics)
    if flow and "://" in flow:
        from aetherflow.core.compilers.uri import shown_flow  # deferred: most flows are files

        flow = shown_flow(flow)
    if chosen == "json" and not findings:
        hint = console.reader.advise(error.mask(error.hint)) if error.hint else None
        told = {"message": error.mask(error.message), "hint": hint, "exit_code": error.exit_code}
        console.result_json(findings_json(flow, (), ok=False) | {"error": told})
        return error.exit_code
    if chosen != "text":
        write_findings(console, chosen, flow, findings, ok=False)
    if chosen == "text" or not findings:
        console.note(refusal_text(error, console))
    return error.exit_code


def refusal_text(error: AetherFlowError, console: Console) -> str:
    """Write an error for people: its findings where it has any, else its message and hint."""
    reader = console.reader
    if error.diagnostics:
        findings = reader.tell_all(error.diagnostics)
        return findings_text(findings, reader.sources(error.sources), error.mask, console.err)
    notes = [reader.advise(error.mask(error.hint))] if error.hint else []
    return message_text(error.mask(error.message), notes, console.err)


def message_text(message: str, notes: Sequence[str], look: Look) -> str:
    """Write an error that has no place in a file, in the manner of a finding."""
    lines = [f"{paint('error', 'bad', colour=look.has_colour)}: {harmless(message)}"]
    for note in notes:
        first, *more = harmless(note).split("\n")
        lines += [f"  = {first}", *(f"    {line}" for line in more)]
    return "\n".join(lines) + "\n"

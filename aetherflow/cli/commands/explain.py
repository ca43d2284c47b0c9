"""`aetherflow explain`: the page of a finding's code, or where the order and the values of a flow come from."""

import os
import re
from typing import Annotated

import typer

from aetherflow.cli.command import Command
from aetherflow.cli.console import Console
from aetherflow.cli.options import (
    AllowStaleFlowOption,
    AllowStaleOption,
    BundleManifestOption,
    JsonOption,
    NoCacheOption,
    NoColorOption,
    ParamOption,
    PluginPathOption,
    PluginsFileOption,
    ResultFormat,
    ResultFormatOption,
    StrictEnvOption,
    WorkflowOption,
    check_flow,
    chosen_format,
    open_console,
    parameters,
)
from aetherflow.cli.render.diagnostics import refuse
from aetherflow.cli.render.paint import paint
from aetherflow.cli.usage_errors import UsageProblem
from aetherflow.core.contracts.errors import AetherFlowError
from aetherflow.core.diagnostics.pages import Page, all_pages, page_of
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.operations.requests import FlowRequest

EXAMPLES = """\b
Examples:
  # why jobs run in this order, and where every value comes from
  aetherflow explain flow.yaml --param day=2026-01-31
  # for a program
  aetherflow explain flow.yaml --json | jq '.resources[].values[]'
  # what `error[AF-F204]` wants to say
  aetherflow explain AF-F204"""

#: What a person types who means a code: a flow's name has a dot, a slash or a scheme, or is `-`.
LOOKS_LIKE_CODE = re.compile(r"(AF-?)?[A-Z]-?\d+|AF-?\w*", re.IGNORECASE)

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(cls=Command, epilog=EXAMPLES)
def explain(
    ctx: typer.Context,
    subject: Annotated[
        str,
        typer.Argument(
            metavar="[FLOW|CODE]",
            help="A flow's file or URI, - for standard input, or a code such as AF-F204.",
            show_default=False,
        ),
    ] = "",
    param: ParamOption = None,
    workflow: WorkflowOption = None,
    strict_env: StrictEnvOption = False,
    plugin_path: PluginPathOption = None,
    plugins_file: PluginsFileOption = None,
    bundle_manifest: BundleManifestOption = None,
    allow_stale_bundle: AllowStaleOption = False,
    allow_stale: AllowStaleFlowOption = False,
    no_cache: NoCacheOption = False,
    form: ResultFormatOption = None,
    as_json: JsonOption = False,
    no_color: NoColorOption = False,
) -> int:
    """Explain a flow, or the code of a finding.

    Of a flow: the order of its jobs and why; each value of each resource, each template and each condition with what it
    comes to now and where that is from (a line of the flow or of a profile, a variable and the file that set it, a
    param, a default); the settings that are not the defaults. Secrets are masked, nothing is decoded and nothing runs.

    Of a code: what it means, an example, and what to do about it.
    """
    chosen: ResultFormat = "json" if chosen_format(ctx, form, as_json=as_json) == "json" else "text"
    console = open_console(ctx, no_color=no_color)
    if is_code(subject):
        _show_page(_page(ctx, subject), console, chosen)
        return 0
    request = FlowRequest(
        flow=check_flow(ctx, subject, bundle_manifest),
        environ=os.environ,
        stdin=console.streams.read_input,
        workflow=workflow,
        strict_env=strict_env,
        params=parameters(ctx, param or ()),
        plugin_paths=tuple(plugin_path or ()),
        plugins_file=plugins_file,
        bundle_manifest=bundle_manifest,
        allow_stale_bundle=allow_stale_bundle,
        allow_stale=allow_stale,
        no_cache=no_cache,
    )
    return _show_flow(request, console, chosen)


def is_code(subject: str) -> bool:
    """Tell the code of a finding from the name of a flow; a file of that very name is a flow."""
    return bool(LOOKS_LIKE_CODE.fullmatch(subject.strip())) and not os.path.lexists(subject)


def _show_flow(request: FlowRequest, console: Console, chosen: ResultFormat) -> int:
    # deferred, as is the rendering: the page of a code does without
    from aetherflow.cli.render.explain import explanation_json, explanation_text
    from aetherflow.core.operations.explain_flow import explain as explain_flow

    try:
        told = explain_flow(request)
    except AetherFlowError as error:
        return refuse(error, console, chosen, request.flow)
    if chosen == "json":
        console.result_json(explanation_json(told))
    else:
        console.result(explanation_text(told, console.out))
    return 0


def _page(ctx: typer.Context, code: str) -> Page:
    wanted = code.strip().upper()
    page = page_of(wanted) or page_of(f"AF-{wanted}")
    if page is None:
        raise UsageProblem(f'no such code "{code}"', hint=_advice_on_code(wanted), ctx=ctx)
    return page


def _advice_on_code(wanted: str) -> str:
    """Say which codes there are: by its number no code is nearer than another."""
    known = sorted(page.code for page in all_pages())
    family = wanted[: len("AF-P")]
    of_family = [code for code in known if code.startswith(family)]
    if of_family and len(family) == len("AF-P"):
        return f"codes that begin with {family} go from {of_family[0]} to {of_family[-1]}: docs/codes.md has them all"
    return did_you_mean(wanted, known) or "codes look like AF-F204 and stand at the head of each finding"


def _show_page(page: Page, console: Console, chosen: ResultFormat) -> None:
    if chosen == "json":
        import msgspec  # deferred: text output does without

        console.result_json(msgspec.to_builtins(page))
    else:
        console.result(_page_text(page, colour=console.out.has_colour))


def _page_text(page: Page, *, colour: bool) -> str:
    parts = [f"{paint(page.code, 'name', colour=colour)}: {paint(page.title, 'strong', colour=colour)}", page.meaning]
    if page.example.strip():
        parts.append(paint("Example:", "strong", colour=colour) + "\n\n" + _indented(page.example))
    parts.append(paint("What to do:", "strong", colour=colour) + "\n\n" + _indented(page.fix))
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.strip("\n").split("\n"))

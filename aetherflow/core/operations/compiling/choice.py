"""Which compiler reads a URI: the one of its scheme, unless that is switched off, or not trusted."""

from msgspec import Struct

from aetherflow.core.compilers.uri import TEXT_SCHEMES, FlowUri, shown_flow
from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.contracts.span import Span, start_of
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.documents.plugins_file import CompilerSetting
from aetherflow.core.operations.compiling.setting_names import ANY_REMOTE, known_to_fsspec, names_of
from aetherflow.core.operations.plugin_ground import PluginGround
from aetherflow.core.plugins.builtin_index import builtin_registry
from aetherflow.core.plugins.plugin_set import PluginSet

#: What is read of this machine's files, of standard input or of the command itself: no operator need allow it.
LOCAL_SCHEMES = frozenset({"file", "stdin", *TEXT_SCHEMES})


class CompilerChoice(Struct, frozen=True, kw_only=True):
    """A compiler, with what plugins.yaml says of it; ``setting_span`` is where that stands, if it says something."""

    scheme: str
    contribution: Contribution
    setting: CompilerSetting = CompilerSetting()
    setting_span: Span | None = None


def choose_compiler(uri: FlowUri, ground: PluginGround, found: PluginSet) -> CompilerChoice:
    """Give the compiler of a URI; raises InputError where there is none that may be used. Runs no plugin."""
    _check_trust(uri, ground)
    contribution = _registered(uri.scheme, found)
    if contribution is None:
        raise _refusal(uri, _unknown_scheme(uri, found))
    choice = CompilerChoice(scheme=uri.scheme, contribution=contribution)
    file = ground.documents.plugins_file
    for name in names_of(uri.scheme, contribution, found) if file else ():
        if file and name in file.definition.workflow_plugins:
            setting = file.definition.workflow_plugins[name]
            span = file.span("workflow_plugins", name, key=True)
            if not setting.enabled:
                raise InputError.of(_switched_off(uri.scheme, name, span))
            return CompilerChoice(scheme=uri.scheme, contribution=contribution, setting=setting, setting_span=span)
    return choice


def _registered(scheme: str, found: PluginSet) -> Contribution | None:
    """Find who has a scheme; `db+postgresql` is that of `db`, unless somebody has the whole of it."""
    compilers = found.catalogue.registry.compilers
    own = compilers.get(scheme) or compilers.get(scheme.partition("+")[0])
    return own or (builtin_registry().compilers[ANY_REMOTE] if scheme in known_to_fsspec() else None)


def _check_trust(uri: FlowUri, ground: PluginGround) -> None:
    if ground.mode != "enterprise" or uri.scheme in LOCAL_SCHEMES:
        return
    manifest = ground.documents.manifest
    allowed = manifest.definition.trust.schemes if manifest else []
    if uri.scheme in {scheme.strip().lower().removesuffix("://") for scheme in allowed}:
        return
    listed = f"it lists {', '.join(allowed)}" if allowed else "it lists none"
    raise _refusal(
        uri,
        Diagnostic(
            code="AF-C134",
            message=f'in enterprise mode no flow may come from "{uri.scheme}://"',
            hint=f"the operator allows schemes under `trust.schemes` of the manifest: {listed}",
            notes=(),
        ),
    )


def _unknown_scheme(uri: FlowUri, found: PluginSet) -> Diagnostic:
    known = sorted(found.catalogue.registry.compilers)
    unread = [plugin.source.name for plugin in found.unread()]
    if disabled := found.disabled_with("compiler", uri.scheme):
        return _disabled(uri, disabled.source.id)
    where = f"flows come from paths, from - (standard input), and from {', '.join(known)}"
    return Diagnostic(
        code="AF-Y013",
        message=f'nothing here reads flows from "{uri.scheme}://"',
        hint=did_you_mean(uri.scheme, known) or where,
        notes=(f"what these plugins register is only known when they run: {', '.join(unread)}",) if unread else (),
    )


def _disabled(uri: FlowUri, plugin: str) -> Diagnostic:
    from aetherflow.core.plugins.switch_findings import how_to_enable  # deferred: mostly nothing is disabled

    return Diagnostic(
        code="AF-Y013",
        message=f'nothing here reads flows from "{uri.scheme}://": the plugin "{plugin}", which does, is disabled on '
        "this machine",
        hint=how_to_enable(plugin),
    )


def _switched_off(scheme: str, name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        code="AF-C133",
        message=f'the compiler of "{scheme}://" is switched off',
        hint=f"write `enabled: true` under `{name}`, or take the line out",
        span=span,
        path=("workflow_plugins", name),
    )


def _refusal(uri: FlowUri, finding: Diagnostic) -> InputError:
    from msgspec.structs import replace  # deferred: mostly nothing is wrong

    return InputError.of(replace(finding, span=start_of(shown_flow(uri.text))))

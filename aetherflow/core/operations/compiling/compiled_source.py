"""The text of a flow that a compiler reads: compiled once, or a copy of what was compiled before."""

import time
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.bundles.ages import age_in_words
from aetherflow.core.compilers.copies import FlowCopies, FlowCopy, copy_of
from aetherflow.core.compilers.uri import FlowUri, secrets_of_uri, shown_flow, uri_of
from aetherflow.core.contracts.compiled_flow import CompiledFlow, FlowText
from aetherflow.core.contracts.compiler import WorkflowCompilerPlugin
from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.errors import FlowInvalid, InputError, SourceUnavailable
from aetherflow.core.contracts.remote_text import RemoteText
from aetherflow.core.contracts.span import Span, start_of
from aetherflow.core.documents.source import Source, decode_source
from aetherflow.core.environment.settings import default_state_root
from aetherflow.core.operations.compiling.choice import CompilerChoice, choose_compiler
from aetherflow.core.operations.compiling.created import created_compiler
from aetherflow.core.operations.compiling.failures import told_of_compiler
from aetherflow.core.operations.flow_ground import FlowGround
from aetherflow.core.operations.plugins_found import PluginsFound
from aetherflow.core.operations.requests import FlowRequest

_OPTION = "--allow-stale"
#: Whose compilers are given the whole URI, whoever wrote them.
_WHOLE_URI = frozenset({"http", "https"})


class CompiledSource(Struct, frozen=True, kw_only=True):
    """A text to judge and run. ``keep`` is for who has found it valid: it keeps the copy for later."""

    source: Source
    workflow: str | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    keep: Callable[[], object] = lambda: None


def compiled_source(
    request: FlowRequest, ground: FlowGround, here: PluginsFound, *, clock: Callable[[], float] = time.time
) -> CompiledSource:
    """Let the compiler of the flow's scheme read it; raises InputError and PluginRefused."""
    uri = uri_of(request.flow)
    if uri is None:
        raise ValueError(f"{request.flow!r} is no URI")
    for origin, secret in secrets_of_uri(uri):
        ground.masker.add(origin, secret)
    choice = choose_compiler(uri, here.ground, here.found)
    compiler = created_compiler(choice, here.found, ground.snapshot.values, {})
    state_root = (ground.settings.state_root or default_state_root()).absolute()
    return _Compilation(request, uri, choice, compiler, state_root, clock).outcome()


def given_to(compiler: WorkflowCompilerPlugin, uri: FlowUri) -> str:
    """Give what a compiler is asked for: the whole URI, or what stands behind the scheme."""
    return uri.text if compiler.takes_whole_uri or uri.scheme in _WHOLE_URI else uri.rest


class _Compilation:
    """One use of one compiler."""

    def __init__(
        self,
        request: FlowRequest,
        uri: FlowUri,
        choice: CompilerChoice,
        compiler: WorkflowCompilerPlugin,
        state_root: Path,
        clock: Callable[[], float],
    ) -> None:
        self._request = request
        self._name = shown_flow(uri.text)
        self._source = given_to(compiler, uri)
        self._choice = choice
        self._compiler = compiler
        self._copies = FlowCopies(state_root)
        self._clock = clock

    def outcome(self) -> CompiledSource:
        with told_of_compiler(self._name, self._choice.contribution):
            key = self._compiler.get_cache_key(self._source)
            identity = (self._choice.scheme, self._choice.contribution.plugin, str(key)) if key else None
        copy = self._copies.find(identity) if identity and not self._request.no_cache else None
        if copy:
            content = copy.text.encode("utf-8", "surrogatepass")
            self._compiler.cached_copy = RemoteText(content=content, name=self._name, validators=copy.validators)
            if self._is_fresh(copy, str(key)):
                return CompiledSource(source=Source(self._name, copy.text))
        try:
            text = self._compiled()
        except SourceUnavailable as failed:
            return self._instead(copy, failed)
        source = decode_source(self._name, text.text.encode("utf-8", "surrogatepass"))
        kept = copy_of(self._name, source.text, text.validators, self._clock())
        return CompiledSource(
            source=source,
            workflow=text.workflow_name,
            keep=lambda: self._copies.keep(identity, kept) if identity and not self._request.no_cache else None,
        )

    def _is_fresh(self, copy: FlowCopy, key: str) -> bool:
        with told_of_compiler(self._name, self._choice.contribution):
            age = self._clock() - copy.taken_at
            return 0 <= age < self._compiler.cache_ttl_seconds or self._compiler.is_cache_valid(key)

    def _compiled(self) -> FlowText:
        with told_of_compiler(self._name, self._choice.contribution):
            try:
                flow = self._compiler.compile(self._source, workflow_name=self._request.workflow, validate=True)
                if isinstance(flow, CompiledFlow):
                    return flow.flow_text()
            except FlowInvalid as invalid:
                if isinstance(invalid.flow, CompiledFlow):
                    return invalid.flow.flow_text()  # all that is wrong with it is told where all flows are judged
                raise
        raise InputError.of(self._no_flow(flow))

    def _instead(self, copy: FlowCopy | None, failed: SourceUnavailable) -> CompiledSource:
        """Give the copy where that is allowed; else say with the failure that there is one."""
        first, *others = failed.diagnostics
        if copy is None:
            raise failed
        age = age_in_words(max(self._clock() - copy.taken_at, 0))
        if not self._request.allow_stale:
            note = f"there is a copy of {age} ago: `{_OPTION}` takes it"
            failed.diagnostics = (replace(first, notes=(*first.notes, note)), *others)
            raise failed
        warning = Diagnostic(
            code="AF-C140",
            severity=Severity.WARNING,
            message=f"this is the flow as it was {age} ago: {first.message}",
            hint=first.hint,
            notes=first.notes,
            span=first.span,
        )
        return CompiledSource(source=Source(self._name, copy.text), diagnostics=(warning,))

    def _no_flow(self, given: object) -> Diagnostic:
        contribution = self._choice.contribution
        return Diagnostic(
            code="AF-C131",
            message=f'the compiler of "{self._choice.scheme}://" gives a {type(given).__name__}, and no compiled flow',
            hint="give back what `compile_document(…)` or `LazyFlow(…)` of aetherflow.core.api makes",
            span=Span(contribution.file, contribution.line, 1, contribution.line, 1)
            if contribution.file
            else start_of(self._name),
        )

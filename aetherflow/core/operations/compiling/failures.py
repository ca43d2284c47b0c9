"""What a compiler raises, in the words of findings: which flow, why, and what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

from msgspec.structs import replace

from aetherflow.core.compilers.uri import is_nameless
from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import (
    AetherFlowError,
    FlowInvalid,
    FlowNotFound,
    InputError,
    Interrupted,
    SourceUnavailable,
)
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.contracts.span import Span, start_of
from aetherflow.core.processes.own_process import in_this_process_alone
from aetherflow.core.runner.foreign_error import place_of_error, words_of

_LONGEST_WORDS = 1000
#: Of errors that a plugin raises without a finding.
_CODES = {FlowNotFound: "AF-C104", SourceUnavailable: "AF-C103", FlowInvalid: "AF-C136"}


@contextmanager
def told_of_compiler(name: str, contribution: Contribution) -> Iterator[None]:
    """Turn whatever a compiler raises into errors of ours about the flow of that name; what it forks stays in it."""
    try:
        with in_this_process_alone():
            yield
    except (KeyboardInterrupt, Interrupted):
        raise
    except FlowInvalid as invalid:
        raise _placed(invalid, name) from None
    except AetherFlowError as error:
        raise _placed(error, name) from None
    except BaseException as error:  # foreign code: exceptions of every kind
        raise _error_of(error, name, contribution) from error


def _placed(error: AetherFlowError, name: str) -> AetherFlowError:
    """Let findings without a place be about the flow as a whole; a message without a finding becomes one."""
    code = next((code for kind, code in _CODES.items() if isinstance(error, kind)), "AF-C130")
    found = error.diagnostics or (Diagnostic(code=code, message=error.message, hint=error.hint),)
    error.diagnostics = tuple(replace(each, span=_span(each, name)) for each in found)
    error.sources = {name if is_nameless(file) else file: text for file, text in error.sources.items()}
    return error


def _span(finding: Diagnostic, name: str) -> Span:
    """Give the place of a finding; what a compiler has given no name that can be found is the flow that it reads."""
    span = finding.span or start_of(name)
    return replace(span, file=name) if is_nameless(span.file) else span


def _error_of(error: BaseException, name: str, contribution: Contribution) -> InputError:
    words = (str(error) or type(error).__name__)[:_LONGEST_WORDS]
    file, line = place_of_error(error, contribution)
    place = f"the compiler says so in {file}:{line}"
    if isinstance(error, FileNotFoundError):
        return FlowNotFound.of(_finding("AF-C104", f"there is no such flow: {words}", place, name))
    if isinstance(error, OSError):
        return SourceUnavailable.of(_finding("AF-C103", f"the source cannot be read: {words}", place, name))
    if isinstance(error, ValueError):
        return FlowInvalid.of(_finding("AF-C136", f"the source is no valid flow: {words}", place, name))
    what = f"the compiler failed: {words_of(error)[:_LONGEST_WORDS]}"
    return SourceUnavailable.of(_finding("AF-C130", what, f"this is a defect of the compiler, in {file}:{line}", name))


def _finding(code: str, message: str, hint: str, name: str) -> Diagnostic:
    return Diagnostic(code=code, message=message, hint=hint, span=start_of(name))

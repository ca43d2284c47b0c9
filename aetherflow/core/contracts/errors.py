"""The errors that end a command. Each owns its exit code; its message says what happened, its hint what to do.

`system_reason` puts the errors of the operating system into words for such messages.
"""

from collections.abc import Callable, Sequence
from signal import Signals
from typing import Self

from aetherflow.core.contracts.diagnostic import Diagnostic


class AetherFlowError(Exception):
    """The base of every error that a user may meet.

    ``diagnostics`` carries findings with places; where there are none, the message stands alone. ``sources`` maps a
    file's name to its text, so that findings can be shown with their source lines; ``mask`` takes the secrets out of
    what is shown.

    Example::

        try:
            result = run_flow("flow.yaml")
        except AetherFlowError as refused:
            print(refused.message, refused.hint, refused.exit_code)
    """

    exit_code = 5

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        diagnostics: Sequence[Diagnostic] = (),
        sources: dict[str, str] | None = None,
        mask: Callable[[str], str] = str,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.diagnostics = tuple(diagnostics)
        self.sources = sources or {}
        self.mask = mask

    @classmethod
    def of(cls, finding: Diagnostic, *, mask: Callable[[str], str] = str) -> Self:
        """Make the error that one finding is: its message and its hint are those of the error."""
        return cls(finding.message, hint=finding.hint, diagnostics=[finding], mask=mask)


class InputError(AetherFlowError):
    """The flow, a file, a parameter or the surroundings are wrong.

    Example::

        @register_command("close")
        def close(day: str):
            if day == "sunday":
                raise InputError("nothing is closed on Sundays", hint="name another day")
    """

    exit_code = 2


class UnknownName(InputError, KeyError):
    """A program has asked for something by a name that nothing has."""

    __str__ = Exception.__str__  # a KeyError would show its message in quotes


class StateError(InputError):
    """The state cannot be opened, read or written."""


class SourceUnavailable(InputError):
    """The source of a flow cannot be asked, or does not answer: what was compiled of it before may serve.

    Example::

        def text_of(uri):
            try:
                return fetch_text(uri)
            except SourceUnavailable:
                return fetch_text("flow.yaml")
    """


class FlowNotFound(SourceUnavailable, FileNotFoundError):
    """A source has no such flow.

    Example::

        def path_of(source):
            path = pathlib.Path("flows", f"{source}.yaml")
            if not path.exists():
                raise FlowNotFound(f"there is no flow {source!r}", hint="the folder flows has all of them")
            return path
    """

    __str__ = Exception.__str__  # an OSError would show its number


class FlowInvalid(InputError, ValueError):
    """What a source has is no valid flow; ``diagnostics`` say why. ``flow`` is the flow, where it is a text at all.

    Example::

        try:
            compile_document({"flow": {"id": "hello"}})
        except FlowInvalid as invalid:
            print([finding.message for finding in invalid.diagnostics])
    """

    flow: object | None = None


class PluginRefused(AetherFlowError):
    """A plugin failed to load, is not trusted, is incompatible or differs from the lock."""

    exit_code = 3


class HeldElsewhere(AetherFlowError):
    """The run, the run key or the lock is held by another live process."""

    exit_code = 4


class ResumeStopped(AetherFlowError):
    """A resume needs a person's decision before it may go on."""

    exit_code = 1


class Interrupted(BaseException):
    """A signal asked the run to end. Raised only inside the window of a step call; no ``except Exception`` stops it."""

    def __init__(self, signal_number: int) -> None:
        self.name = Signals(signal_number).name
        super().__init__(f"interrupted by {self.name}")
        self.signal_number = signal_number


class StepFailed(Exception):
    """Raise it in a step to fail the step with a message of your own.

    ``outputs`` are recorded with the failure; ``exit_code`` and ``timed_out`` feed the retry policy.

    Example::

        @register_step("load")
        def load(ctx, inputs):
            if not inputs["files"]:
                raise StepFailed("there are no files to load", hint="look into the inbox")
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        outputs: dict[str, object] | None = None,
        exit_code: int | None = None,
        timed_out: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.outputs = outputs or {}
        self.exit_code = exit_code
        self.timed_out = timed_out


def system_reason(error: OSError | ValueError) -> str:
    """Say in words why the operating system refuses a path or a file; a ValueError is how Python refuses a NUL."""
    return (error.strerror or str(error)).lower() if isinstance(error, OSError) else "its path contains a NUL"

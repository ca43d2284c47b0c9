"""How a step uses a resource: its connector, and failures in plain words that name the resource and no secret."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from msgspec import Struct

from aetherflow.core.api import InputError, StepContext, StepFailed
from aetherflow.core.builtins.output_file import FileFailed

#: A driver may put a whole statement, or a page of a server, into its message.
_LONGEST_WORDS = 500


class Trouble(Struct, frozen=True):
    """What went wrong, for a person: one sentence without the resource's name, and what to change."""

    message: str
    hint: str | None = None


#: Gives the words for what a driver raised, None where it knows none better than the driver's own.
Explain = Callable[[Exception], Trouble | None]


def _explain_nothing(_error: Exception) -> Trouble | None:
    return None


def connector_of(ctx: StepContext, name: str) -> Any:
    """Give the connector of a resource; raises StepFailed where there is none of that name, or it cannot be built."""
    try:
        return ctx.connectors[name]
    except KeyError as unknown:
        raise StepFailed(str(unknown)) from None
    except InputError as error:  # the resource's own values cannot be resolved
        raise StepFailed(error.message, hint=error.hint) from None


@contextmanager
def using(ctx: StepContext, name: str, explain: Explain = _explain_nothing) -> Iterator[Any]:
    """Give the connector of a resource for a block; what the block raises becomes StepFailed `resource "NAME": …`.

    Every word is masked. ``explain`` knows the driver's own errors; those of sockets, time and names are known here.
    Interrupts pass. The connection itself is the connector's, which the run closes at its end.

    Example::

        with using(ctx, inputs.resource, explain) as connector:
            connector.connect().execute(inputs.sql)
    """
    connector = connector_of(ctx, name)
    with told_of(ctx, name, explain):
        yield connector


@contextmanager
def told_of(ctx: StepContext, name: str, explain: Explain = _explain_nothing) -> Iterator[None]:
    """Put what a block raises into words about a resource, as ``using`` does, for a connector that is there already."""
    try:
        yield
    except FileFailed as failed:  # of the step's own files
        raise _masked(ctx, failed, failed.message) from None
    except StepFailed as failed:
        raise _named(ctx, name, failed) from None
    except InputError as error:
        raise _named(ctx, name, StepFailed(error.message, hint=error.hint)) from None
    except Exception as error:  # noqa: BLE001  # foreign code: a driver raises its own types, and OverflowError and the like
        trouble = explain(error) or trouble_of(error)
        raise _named(ctx, name, StepFailed(trouble.message, hint=trouble.hint)) from None


def trouble_of(error: BaseException) -> Trouble:
    """Give the words for an error of the network or the system, else the driver's own first lines."""
    for each in _chain(error):
        if trouble := _network_trouble(each):
            return trouble
    return Trouble(plain_words(error))


def plain_words(error: BaseException) -> str:
    """Give an error's own words on one line, or its kind where it has none."""
    return " ".join(str(error).split())[:_LONGEST_WORDS] or type(error).__name__


def _network_trouble(error: BaseException) -> Trouble | None:
    import socket  # deferred: only wanted when something is wrong
    import ssl  # deferred, as above

    if isinstance(error, socket.gaierror):
        return Trouble("its host is not known", "look at the host in the resource's config, and at the network's DNS")
    if isinstance(error, ConnectionRefusedError):
        return Trouble("the connection was refused", "look whether the server runs, and at host and port")
    if isinstance(error, TimeoutError):
        return Trouble(
            "no answer came in time",
            "look whether the server is well, or raise `connect_timeout_seconds` or `timeout_seconds` in its options",
        )
    if isinstance(error, ssl.SSLCertVerificationError):
        said = error.verify_message or "it is not valid"
        return Trouble(f"the server's certificate is refused: {said}", "name the authority that signed it")
    if isinstance(error, ConnectionError):
        return Trouble("the connection broke off", "look whether the server is well; `retry` on the step tries again")
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Give an error, and what it came from: drivers wrap what the system said."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def _named(ctx: StepContext, name: str, failed: StepFailed) -> StepFailed:
    return _masked(ctx, failed, f'resource "{name}": {failed.message}')


def _masked(ctx: StepContext, failed: StepFailed, message: str) -> StepFailed:
    return StepFailed(
        ctx.mask(message),
        hint=failed.hint and ctx.mask(failed.hint),
        outputs=failed.outputs,
        exit_code=failed.exit_code,
        timed_out=failed.timed_out,
    )

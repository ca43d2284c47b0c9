"""What is wrong with a source: found deep inside, told once, with the source's name before it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from aetherflow.core.bundles.deadline import TimeIsUp
from aetherflow.core.bundles.values import BundleSource, FetchFailed, SourceKey
from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import system_reason
from aetherflow.core.diagnostics.cells import make_visible

_LONGEST_SHOWN = 120


class SourceFault(Exception):
    """A reason why a source cannot be fetched; ``what`` is written after the source's name.

    ``key`` is what of the manifest it is about.
    """

    def __init__(
        self, code: str, what: str, hint: str | None = None, notes: Sequence[str] = (), *, key: SourceKey = "location"
    ) -> None:
        super().__init__(what)
        self.code = code
        self.what = what
        self.hint = hint
        self.notes = tuple(notes)
        self.key = key


@contextmanager
def told_of(source: BundleSource, named: str) -> Iterator[None]:
    """Turn a fault into the error of the source; ``named`` is how people know it: ``git repository "https://…"``."""
    try:
        yield
    except SourceFault as fault:
        raise _failed(fault, source, named) from None
    except TimeIsUp as late:
        raise _failed(_too_slow(late), source, named) from None


def shown_name(name: str) -> str:
    """Write a name in quotes; whoever chose it has no say in what a terminal does."""
    visible = make_visible(name)
    return f'"{visible[:_LONGEST_SHOWN]}…"' if len(visible) > _LONGEST_SHOWN else f'"{visible}"'


def cannot_be_written(error: OSError) -> SourceFault:
    """Say why the copy cannot be written."""
    if isinstance(error, FileExistsError):
        what = f"{shown_name(str(error.filename))} and another name in it are one file on this system"
        return SourceFault("AF-B180", what, "rename one of them: here, upper and lower case are the same")
    reason = system_reason(error)
    return SourceFault("AF-B188", f"what it has cannot be written: {reason}", "look at the disk of the state folder")


def _failed(fault: SourceFault, source: BundleSource, named: str) -> FetchFailed:
    finding = Diagnostic(
        code=fault.code,
        message=f"{named}: {fault.what}",
        hint=fault.hint,
        notes=fault.notes,
        span=source.place(fault.key),
    )
    return FetchFailed.of(finding)


def _too_slow(late: TimeIsUp) -> SourceFault:
    return SourceFault(
        "AF-B177",
        f"it was not fetched within {late.seconds:g} seconds",
        "see whether it answers, and how much there is to fetch; the same command tries again",
    )

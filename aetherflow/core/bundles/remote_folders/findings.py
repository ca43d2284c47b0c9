"""What keeps a remote folder from being fetched, in the words of findings; the folder's name is written before them."""

from collections.abc import Callable

from msgspec import Struct

from aetherflow.core.bundles.file_tree.faults import SourceFault, shown_name
from aetherflow.core.bundles.remote_folders.messages import Failure, FailureKind
from aetherflow.core.bundles.values import Limits

_PIP = "pip install 'aetherflow[remote]'"
#: What the extra brings, by the names that are imported.
_IN_EXTRA = ("aiohttp", "fsspec", "paramiko", "s3fs", "smbclient", "smbprotocol", "yarl")
_LONGEST_REASON = 300


class Told(Struct, frozen=True, kw_only=True):
    """What findings name besides: the resource with the credentials, how much the folder may be, and how slow."""

    resource: str | None
    limits: Limits
    idle_seconds: float

    @property
    def credentials(self) -> str:
        """What to look at where a server lets nobody in."""
        if self.resource is None:
            return "describe credentials under `resources` and name them in the source: `resource: NAME`"
        return f'look at the resource "{self.resource}" of the manifest'


def fault_of(failure: Failure, told: Told) -> SourceFault:
    """Say what is wrong, and what to do."""
    return _FAULTS[failure.kind](failure, told)


def credentials_in_url() -> SourceFault:
    """Say that a location has credentials in it."""
    hint = "take them out, and describe them under `resources`: locations are shown, and recorded"
    return SourceFault("AF-B107", "there are credentials in its location", hint)


def _library(failure: Failure, _: Told) -> SourceFault:
    if not failure.reason.replace("_", "").isalnum():  # what fsspec says of a package that is not ours to name
        return SourceFault("AF-B190", "a Python package that fetches it is not installed", failure.reason)
    what = f'fetching it needs the Python package "{failure.reason}", which is not installed'
    return SourceFault("AF-B190", what, _PIP if failure.reason in _IN_EXTRA else "install it where AetherFlow is")


def _scheme(failure: Failure, _: Told) -> SourceFault:
    return SourceFault("AF-B191", f"it cannot be fetched from: {failure.reason}", failure.hint or None)


def _options(failure: Failure, told: Told) -> SourceFault:
    subject = f'the resource "{told.resource}" does not fit it' if told.resource else "it cannot be asked"
    return SourceFault("AF-B193", f"{subject}: {failure.reason}", failure.hint or None, key="resource")


def _host(failure: Failure, _: Told) -> SourceFault:
    hint = "look at the location, and at how this machine looks up names"
    return SourceFault("AF-B194", f"there is no such host: {failure.reason}", hint)


def _connection(failure: Failure, _: Told) -> SourceFault:
    hint = "see whether the server runs, and whether this machine may connect to it"
    return SourceFault("AF-B195", f"it cannot be reached: {_cut(failure.reason)}", hint)


def _sign_in(failure: Failure, told: Told) -> SourceFault:
    what = f"it lets nobody in with these credentials: {_cut(failure.reason)}"
    return SourceFault("AF-B196", what, failure.hint or told.credentials)


def _host_key_unknown(failure: Failure, _: Told) -> SourceFault:
    return SourceFault(
        "AF-B197",
        f"the server's host key is not known: {failure.reason}",
        "compare it with what the server's operator says, then add it to known_hosts or write it as `host_key`",
    )


def _host_key_changed(failure: Failure, _: Told) -> SourceFault:
    return SourceFault(
        "AF-B198",
        f"the server's host key is another one: {failure.reason}",
        "somebody may stand in between: ask the server's operator before you change what is known of it",
    )


def _missing(failure: Failure, _: Told) -> SourceFault:
    what = f"there is no {shown_name(failure.path)} in it" if failure.path else "there is no such folder"
    return SourceFault("AF-B199", f"{what}{_said(failure)}", "look at the location: upper and lower case count")


def _not_a_folder(failure: Failure, _: Told) -> SourceFault:
    what = f"{shown_name(failure.path)} in it" if failure.path else "it"
    hint = "name the folder that the bundle lies in; for a zip or tar file write `type: archive`"
    return SourceFault("AF-B199", f"{what} is no folder{_said(failure)}", hint)


def _denied(failure: Failure, told: Told) -> SourceFault:
    what = f"{shown_name(failure.path)} in it" if failure.path else "it"
    return SourceFault("AF-B200", f"{what} may not be read{_said(failure)}", told.credentials)


def _empty(_: Failure, __: Told) -> SourceFault:
    hint = "look at the location; a web server must be set up to list its folders (nginx: `autoindex on`)"
    return SourceFault("AF-B201", "there are no files in it", hint)


def _late(failure: Failure, told: Told) -> SourceFault:
    what = f"it was not fetched within {told.limits.seconds:g} seconds; the last was: {failure.reason}"
    return SourceFault("AF-B202", what, "see whether it answers, and how much there is to fetch")


def _stalled(failure: Failure, told: Told) -> SourceFault:
    what = f"it sent nothing for {told.idle_seconds:g} seconds; the last was: {failure.reason}"
    return SourceFault("AF-B202", what, "look at the server; the same command tries again")


def _lost(failure: Failure, _: Told) -> SourceFault:
    doing = f"reading {shown_name(failure.path)}" if failure.path else "listing it"
    return SourceFault("AF-B203", f"the connection broke while {doing}{_said(failure)}", "the same command tries again")


def _name(failure: Failure, _: Told) -> SourceFault:
    which = shown_name(failure.path) if failure.path else "a name"
    what = f"{which} in it is no name for a file of a bundle: {failure.reason}"
    return SourceFault("AF-B204", what, "rename it at the source; if nobody put it there, do not trust the server")


def _clash(failure: Failure, _: Told) -> SourceFault:
    what = f"{shown_name(failure.path)} is in it twice, or as a file and as a folder, or in capitals as well"
    return SourceFault("AF-B204", what, "rename one of them at the source")


def _link(failure: Failure, _: Told) -> SourceFault:
    hint = "put a copy of what it leads to in the link's place, or remove it"
    return SourceFault("AF-B205", f"{shown_name(failure.path)} in it is a link", hint)


def _special(failure: Failure, _: Told) -> SourceFault:
    what = f"{shown_name(failure.path)} in it is neither a file nor a folder"
    return SourceFault("AF-B205", what, "remove it: devices, pipes and sockets are no part of a bundle")


def _many_entries(_: Failure, told: Told) -> SourceFault:
    return _too_much(f"it has more than {told.limits.most_entries:,} files and folders")


def _large_file(failure: Failure, told: Told) -> SourceFault:
    return _too_much(f"{shown_name(failure.path)} in it has more than {told.limits.most_file_bytes:,} bytes")


def _large_tree(_: Failure, told: Told) -> SourceFault:
    return _too_much(f"it has more than {told.limits.most_bytes:,} bytes")


def _too_much(what: str) -> SourceFault:
    hint = "a source that is this large is no bundle of flows: take out what the flows do not need"
    return SourceFault("AF-B206", what, hint)


def _changed(failure: Failure, _: Told) -> SourceFault:
    what = f"{shown_name(failure.path)} in it changed while the folder was read"
    return SourceFault("AF-B207", what, "the same command tries again, once nobody writes to it")


def _disk(failure: Failure, _: Told) -> SourceFault:
    what = f"{shown_name(failure.path)} of it cannot be written: {failure.reason}"
    return SourceFault("AF-B209", what, "look at the disk of the state folder")


def _other(failure: Failure, _: Told) -> SourceFault:
    which = f"{shown_name(failure.path)} in it" if failure.path else "it"
    return SourceFault("AF-B208", f"{which} cannot be read{_said(failure)}", failure.hint or None)


def _said(failure: Failure) -> str:
    return f": {_cut(failure.reason)}" if failure.reason else ""


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_REASON else f"{text[:_LONGEST_REASON]}…"


_FAULTS: dict[FailureKind, Callable[[Failure, Told], SourceFault]] = {
    "library": _library,
    "scheme": _scheme,
    "options": _options,
    "host": _host,
    "connection": _connection,
    "sign_in": _sign_in,
    "host_key_unknown": _host_key_unknown,
    "host_key_changed": _host_key_changed,
    "missing": _missing,
    "not_a_folder": _not_a_folder,
    "not_a_file": _special,
    "denied": _denied,
    "empty": _empty,
    "late": _late,
    "stalled": _stalled,
    "lost": _lost,
    "name": _name,
    "clash": _clash,
    "link": _link,
    "special": _special,
    "many_entries": _many_entries,
    "large_file": _large_file,
    "large_tree": _large_tree,
    "changed": _changed,
    "disk": _disk,
    "other": _other,
}

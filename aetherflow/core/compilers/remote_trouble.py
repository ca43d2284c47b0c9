"""What goes wrong with a file elsewhere, by the codes of flows."""

import re
from collections.abc import Iterator, Mapping

from aetherflow.core.bundles.remote_folders.messages import Failure, FailureKind
from aetherflow.core.bundles.shown_location import secrets_in
from aetherflow.core.compilers.fetch_order import Fetch
from aetherflow.core.compilers.fetch_trouble import missing, no_flow, no_library, not_in_time, too_large, unavailable
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.diagnostics.cells import make_visible
from aetherflow.core.documents.source_patterns import credentials_in

_USER = re.compile(r"(?<=://)[^/?#\s@]*@")
_LONGEST_REASON = 300
_IN_EXTRA = ("aiohttp", "fsspec", "paramiko", "s3fs", "smbclient", "smbprotocol", "yarl")
_SHOWN = ("endpoint_url", "host_key", "key_filename", "known_hosts", "username")
_OPTIONS = "`options` under `workflow_plugins` of plugins.yaml, by the scheme"
#: The code, what is wrong, and what to do about it; what a library says follows.
_WORDS: Mapping[FailureKind, tuple[str, str, str]] = {
    "scheme": ("AF-C101", "its URI is of no use", "look at the URI"),
    "options": ("AF-C112", "its options are not understood", f"look at {_OPTIONS}"),
    "host": ("AF-C103", "there is no such host", "look at the URI, and at how this machine looks up names"),
    "connection": (
        "AF-C103",
        "the server cannot be reached",
        "see whether it runs, and whether this machine may ask it",
    ),
    "sign_in": ("AF-C105", "nobody is let in with these credentials", f"look at {_OPTIONS}"),
    "denied": ("AF-C105", "it may not be read", f"look at {_OPTIONS}"),
    "host_key_unknown": (
        "AF-C111",
        "the server's host key is not known",
        f"add it to known_hosts, or as `host_key` to {_OPTIONS}",
    ),
    "host_key_changed": (
        "AF-C111",
        "the server's host key is another one",
        "ask the server's operator before you change what is known of it",
    ),
    "lost": ("AF-C108", "the connection broke", "the same command tries again"),
    "changed": ("AF-C108", "it changed while it was read", "the same command tries again"),
}
_OTHER = ("AF-C103", "it cannot be read", "look at the URI")


def trouble_elsewhere(fetch: Fetch, failure: Failure) -> InputError:
    """Say what is wrong, and what to do; no secret of the URI or the options is in it."""
    name = fetch.name
    if failure.kind == "library":
        is_ours = failure.reason in _IN_EXTRA
        return no_library(name, failure.reason, "remote" if is_ours else "")
    if failure.kind in ("late", "stalled"):
        return not_in_time(name, fetch.timeout_seconds)
    if failure.kind == "large_file":
        return too_large(name, fetch.most_bytes)
    if failure.kind in ("not_a_file", "special"):
        return no_flow(name, "a folder, or something else that is no file, is there")
    said = _said(fetch, failure)
    if failure.kind in ("missing", "not_a_folder"):
        return missing(name, f"nothing is there{said}", "look at the URI: upper and lower case count")
    code, what, hint = _WORDS.get(failure.kind, _OTHER)
    return unavailable(name, code, f"{what}{said}", failure.hint or hint)


def _said(fetch: Fetch, failure: Failure) -> str:
    reason = _USER.sub("", make_visible(" ".join(failure.reason.split())))[:_LONGEST_REASON]
    if not reason or any(secret in reason for secret in _secrets(fetch)):
        return ""
    return f": {reason}"


def _secrets(fetch: Fetch) -> Iterator[str]:
    """Give what must not be shown: of the options all texts, for their names say little of what they are."""
    yield from filter(None, (*secrets_in(fetch.uri), *(credentials_in(fetch.uri) or "").split(":")))
    yield from (value for name, value in fetch.options.items() if isinstance(value, str) and name not in _SHOWN)

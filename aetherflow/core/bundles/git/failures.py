"""What git says when it fails, as findings. It tells them apart in words only, so these are looked for."""

import re

from msgspec import Struct

from aetherflow.core.bundles.file_tree.faults import SourceFault
from aetherflow.core.bundles.git.program import GitResult

_LONGEST_LINE = 500


class _Kind(Struct, frozen=True):
    code: str
    what: str
    hint: str | None
    signs: tuple[str, ...]


# In this order: what is said of a repository often ends with general words about all that may be wrong.
_KINDS = (
    _Kind(
        "AF-B179",
        "it belongs to another user",
        "if you trust it, say so: `git config --global --add safe.directory FOLDER`, with the folder that git names",
        ("detected dubious ownership",),
    ),
    _Kind(
        "AF-B175",
        "ssh does not know its host",
        "compare the host's key, then add it: `ssh-keyscan HOST >> ~/.ssh/known_hosts`",
        ("Host key verification failed", "REMOTE HOST IDENTIFICATION HAS CHANGED"),
    ),
    _Kind(
        "AF-B175",
        "it does not let us in",
        "nobody is asked for a password: look at the credentials of the `resource`, or see that without one git gets in"
        " by itself (by a credential helper, an ssh key without passphrase or in an agent)",
        (
            "could not read Username",
            "could not read Password",
            "terminal prompts disabled",
            "Authentication failed",
            "Permission denied (",
            "returned error: 401",
            "returned error: 403",
            "returned error: 407",
            "Access denied",
            "Too many authentication failures",
        ),
    ),
    _Kind(
        "AF-B176",
        "its host is not known",
        "look for a typing error, and whether this machine has a network",
        (
            "Could not resolve",
            "Name or service not known",
            "unable to look up",
            "nodename nor servname",
            "Temporary failure in name resolution",
        ),
    ),
    _Kind(
        "AF-B176",
        "the certificate of its host is not trusted",
        "name the authority's certificate: `git config --global http.sslCAInfo FILE`, or GIT_SSL_CAINFO",
        ("certificate",),
    ),
    _Kind(
        "AF-B172",
        "there is no such repository, or we may not see it",
        "look for a typing error; many servers say this too where credentials are missing",
        (
            "does not appear to be a git repository",
            "epository not found",
            "' not found",
            "returned error: 404",
            "is this a git repository?",
            "repository not exported",
            "could not be found",
            "does not exist",
        ),
    ),
    _Kind(
        "AF-B188",
        "what it has cannot be written",
        "look at the disk of the state folder",
        ("No space left on device", "Disk quota exceeded", "unable to write", "Read-only file system"),
    ),
    _Kind(
        "AF-B176",
        "it cannot be reached",
        "see whether its host answers on this port; the same command tries again",
        (
            "Connection refused",
            "Connection timed out",
            "Connection reset",
            "Connection closed",
            "Failed to connect",
            "Couldn't connect",
            "unable to connect",
            "Network is unreachable",
            "No route to host",
            "Operation too slow",
            "early EOF",
            "hung up unexpectedly",
            "unable to access",
            "returned error: 5",
        ),
    ),
)
_OTHER = _Kind("AF-B178", "git failed", None, ())
_TELLING = re.compile(r"(fatal|error|ssh|remote|warning): ?")


def failure(result: GitResult) -> SourceFault:
    """Give the fault behind a git that failed, with the line in which it says so."""
    for kind in _KINDS:
        for line in result.said:
            if any(sign in line for sign in kind.signs):
                return _fault(kind, line)
    return _fault(_OTHER, telling_line(result) or f"nothing; its exit code is {result.exit_code}")


def telling_line(result: GitResult) -> str | None:
    """Give the last line in which git says what is wrong; what follows that is advice."""
    telling = [line for line in result.said if _TELLING.match(line)]
    return next(reversed(telling or list(filter(None, result.said))), None)


def says(result: GitResult, *signs: str) -> bool:
    """Tell whether git has said one of these."""
    return any(sign in line for line in result.said for sign in signs)


def _fault(kind: _Kind, line: str) -> SourceFault:
    return SourceFault(kind.code, kind.what, kind.hint, [f"git says: {line.strip()[:_LONGEST_LINE]}"])

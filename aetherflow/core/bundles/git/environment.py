"""Under which settings git runs: the user's where they say how to reach a repository, ours where code might run."""

from collections.abc import Mapping

from aetherflow.core.bundles.git.location import TRANSPORTS

#: What of git's variables says how to reach a server. All others would let the place where we are started decide.
_KEPT = (
    "GIT_ASKPASS",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_SYSTEM",
    "GIT_EXEC_PATH",
    "GIT_HTTP_PROXY_AUTHMETHOD",
    "GIT_PROXY_COMMAND",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_SSH_VARIANT",
)
_KEPT_BEGINNINGS = ("GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_", "GIT_PROXY_SSL", "GIT_SSL_")
#: Programs that would ask somebody.
_ASKING = ("SSH_ASKPASS", "LANGUAGE")

_ALLOWED = "GIT_ALLOW_PROTOCOL"

#: Settings that are ours whatever the user's say: nothing of theirs runs on what was fetched, nothing stays behind.
OURS = (
    "color.ui=false",
    "color.remote=false",
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.alternateRefsCommand=true",
    "core.askPass=",
    "core.protectNTFS=true",
    "core.protectHFS=true",
    "credential.interactive=false",
    "fetch.recurseSubmodules=false",
    "fetch.unpackLimit=1",  # what comes is one file, whose size is watched
    "fetch.writeCommitGraph=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "transfer.bundleURI=false",
    "http.lowSpeedLimit=1",
)


def git_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Give the environment of every git that we start; nobody is asked anything, and it speaks English."""
    kept = {name: value for name, value in environ.items() if _is_kept(name)}
    return kept | {
        _ALLOWED: ":".join(_allowed(environ.get(_ALLOWED))),
        "GIT_DIR": "/dev/null",  # none: that of the folder where we are started has no say
        "GIT_TERMINAL_PROMPT": "0",
        "GCM_INTERACTIVE": "never",
        "SSH_ASKPASS_REQUIRE": "never",
        "LC_ALL": "C",
    }


def settings_in(environ: Mapping[str, str]) -> int:
    """Tell how many settings an environment has in it."""
    count = environ.get("GIT_CONFIG_COUNT", "")
    return int(count) if count.isdecimal() else 0


def _is_kept(name: str) -> bool:
    return name not in _ASKING and (not name.startswith("GIT_") or name in _KEPT or name.startswith(_KEPT_BEGINNINGS))


def _allowed(of_user: str | None) -> list[str]:
    """Give the transports that both we and the user allow."""
    return [name for name in TRANSPORTS if of_user is None or name in of_user.split(":")]

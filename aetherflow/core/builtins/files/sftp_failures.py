"""What paramiko raises, in our words; told apart by the names of classes, so that nothing need be imported."""

import errno

from aetherflow.core.builtins.resource_use import Trouble

_SIGN_IN = "look at `username`, and at `password`, `key_filename` or `private_key` in the resource's config"
_WELL = "look whether the server is well; `retry` on the step tries again, and goes on after what is done"


def explain(error: Exception) -> Trouble | None:
    """Give the words for an error of an SFTP connection, None where the system's own are known elsewhere."""
    names = {cls.__name__ for cls in type(error).__mro__}
    said = str(error)
    if "NoValidConnectionsError" in names:
        return Trouble("the connection was refused", "look whether the server runs, and at host and port")
    if "No authentication methods available" in said or "BadAuthenticationType" in names:
        return Trouble("the server wants another way to sign in than the resource has", _SIGN_IN)
    if "AuthenticationException" in names:
        return Trouble("the server does not let us sign in", _SIGN_IN)
    if isinstance(error, UnicodeDecodeError):
        return Trouble("a name on the server is no text: it is not UTF-8")
    if isinstance(error, EOFError) or said in ("Socket is closed", "Server connection dropped: "):
        return Trouble("the connection broke off", _WELL)
    if "SSHException" in names:
        return _of_protocol(said)
    return _of_file(error) if isinstance(error, OSError) else None


def _of_protocol(said: str) -> Trouble:
    if "banner" in said:
        return Trouble("what answers there is no SSH server, or too slow a one", "look at host and port")
    if "Timeout opening channel" in said:
        return Trouble("no answer came in time", "look whether the server is well")
    if "EOF" in said or "not active" in said or "closed" in said:
        return Trouble("the connection broke off", _WELL)
    return Trouble(f"the SSH connection failed: {' '.join(said.split())[:300]}")


def _of_file(error: OSError) -> Trouble | None:
    if error.errno == errno.EACCES:
        return Trouble("the server does not allow that: permission denied", "look at the rights on the server")
    if error.errno == errno.ENOENT:
        return Trouble("there is no such file or folder on the server", "upper and lower case count")
    if type(error) is OSError and error.errno is None and str(error):
        return Trouble(f"the server refuses that: {' '.join(str(error).split())[:300]}")
    return None

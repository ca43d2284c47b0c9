"""How git learns the credentials of a manifest's resource: through its environment, and for one server only."""

from msgspec import Struct

from aetherflow.core.bundles.file_tree.faults import SourceFault
from aetherflow.core.bundles.git.location import GitLocation
from aetherflow.core.connectors.resources import ResolvedResource

_PASSWORD_KEYS = ("password", "token")
_KNOWN_KEYS = ("username", *_PASSWORD_KEYS)
#: Servers that take a token take it as the password of anybody.
_ANYBODY = "git"
_USERNAME, _PASSWORD = "BUNDLE_GIT_USERNAME", "BUNDLE_GIT_PASSWORD"
_HELPER = f"""!f() {{ test "$1" = get && printf 'username=%s\\npassword=%s\\n' "${_USERNAME}" "${_PASSWORD}"; }}; f"""


class Credentials(Struct, frozen=True):
    """Who git is at the server."""

    username: str
    password: str


def credentials_for(location: GitLocation, resource: ResolvedResource | None) -> Credentials | None:
    """Give what a resource, or else the URL, says; raises SourceFault for a resource that cannot be used."""
    if resource is not None:
        return _of_resource(location, resource)
    if location.password is not None:
        return Credentials(location.username or _ANYBODY, location.password)
    return None


def credential_variables(location: GitLocation, credentials: Credentials | None, configured: int) -> dict[str, str]:
    """Give the variables that let git use credentials; ``configured`` settings are in the environment already.

    The first setting takes all other helpers out, which might write down what is not theirs.
    """
    if location.base is None:
        return {}
    key = f"credential.{location.base}"
    if credentials is None:
        settings = [(f"{key}.username", location.username)] if location.username else []
        return _variables(settings, configured)
    settings = [(f"{key}.helper", ""), (f"{key}.helper", _HELPER)]
    return _variables(settings, configured) | {_USERNAME: credentials.username, _PASSWORD: credentials.password}


def _variables(settings: list[tuple[str, str]], configured: int) -> dict[str, str]:
    if not settings:
        return {}
    variables = {"GIT_CONFIG_COUNT": str(configured + len(settings))}
    for number, (key, value) in enumerate(settings, configured):
        variables |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return variables


def _of_resource(location: GitLocation, resource: ResolvedResource) -> Credentials:
    if location.base is None:
        raise _unusable(
            resource,
            "only http and https take credentials from a resource",
            "take it out: a repository that is reached by ssh takes its keys from ssh itself",
        )
    unknown = sorted(set(resource.config) - set(_KNOWN_KEYS))
    if unknown:
        raise _unusable(resource, f'"config.{unknown[0]}" means nothing to git', f"it has: {', '.join(_KNOWN_KEYS)}")
    found = [str(resource.config[key]) for key in _PASSWORD_KEYS if resource.config.get(key)]
    username = str(resource.config.get("username") or location.username or _ANYBODY)
    if len(found) != 1:
        what = "it has no password" if not found else "it has a password and a token"
        raise _unusable(resource, what, 'write one of "config.password" and "config.token", and mark it in "decode"')
    if any(sign in text for text in (username, found[0]) for sign in "\r\n\0"):
        raise _unusable(resource, "git takes no credentials with line breaks in them", "look at how they are decoded")
    return Credentials(username, found[0])


def _unusable(resource: ResolvedResource, why: str, hint: str) -> SourceFault:
    return SourceFault("AF-B189", f'the resource "{resource.name}" cannot be used: {why}', hint)

"""How git signs in, as a resource of the manifest says: through its environment, and at one server only."""

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from aetherflow.core.bundles.file_tree.faults import SourceFault
from aetherflow.core.bundles.git.location import GitLocation
from aetherflow.core.bundles.resource_options import WrongOption, read_options
from aetherflow.core.connectors.resources import ResolvedResource

_KIND, _DRIVER = "remote", "http"  # what an archive's resource for web servers is too
#: Servers that take a token take it as the password of anybody.
_ANYBODY = "git"
_USERNAME, _PASSWORD = "BUNDLE_GIT_USERNAME", "BUNDLE_GIT_PASSWORD"
_HELPER = f"""!f() {{ test "$1" = get && printf 'username=%s\\npassword=%s\\n' "${_USERNAME}" "${_PASSWORD}"; }}; f"""


class _Written(Struct, frozen=True, kw_only=True):
    username: str | None = None
    password: str | None = None
    token: str | None = None
    ca_file: str | None = None


class SignIn(Struct, frozen=True, kw_only=True):
    """Settings for one server, the variables that they speak of, and what of that is secret."""

    settings: tuple[tuple[str, str], ...] = ()
    variables: tuple[tuple[str, str], ...] = ()
    secrets: tuple[str, ...] = ()

    def environment(self, configured: int) -> dict[str, str]:
        """Give it as variables for git; ``configured`` settings are in its environment already."""
        variables = dict(self.variables)
        for number, (key, value) in enumerate(self.settings, configured):
            variables |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        return variables | ({"GIT_CONFIG_COUNT": str(configured + len(self.settings))} if self.settings else {})


def sign_in_of(location: GitLocation, resource: ResolvedResource | None, folder: Path) -> SignIn:
    """Read a resource, or else what the URL has; raises SourceFault for what git cannot use.

    A relative ``ca_file`` is relative to the manifest's folder.
    """
    if location.base is None:
        return _nothing_but(resource)
    written = _written(resource) if resource else _Written(username=location.username, password=location.password)
    username, password = written.username or location.username, written.password or written.token
    if any(sign in text for text in (username, password) if text for sign in "\r\n\0"):
        raise _unusable("git takes no credentials with line breaks in them", "look at how they are decoded", resource)
    trust = [(f"http.{location.base}.sslCAInfo", str(folder / written.ca_file))] if written.ca_file else []
    if password:
        return _with_password(location.base, username or _ANYBODY, password, trust)
    named = [(f"credential.{location.base}.username", username)] if username else []
    return SignIn(settings=(*trust, *named))


def _with_password(base: str, username: str, password: str, trust: Sequence[tuple[str, str]]) -> SignIn:
    """Let a helper of ours hand the password out, alone: others might write down what they are told."""
    helpers = ((f"credential.{base}.helper", ""), (f"credential.{base}.helper", _HELPER))
    variables = ((_USERNAME, username), (_PASSWORD, password))
    return SignIn(settings=(*trust, *helpers), variables=variables, secrets=(password,))


def _nothing_but(resource: ResolvedResource | None) -> SignIn:
    if resource is not None:
        hint = "take it out: git takes the keys of ssh from ssh itself"
        raise _unusable("only http and https take credentials from a resource", hint, resource)
    return SignIn()


def _written(resource: ResolvedResource) -> _Written:
    if (resource.kind, resource.driver) != (_KIND, _DRIVER):
        hint = f"write `kind: {_KIND}` and `driver: {_DRIVER}`"
        raise _unusable("it is not for web servers", hint, resource)
    try:
        written = read_options({**resource.config, **resource.options}, _Written)
    except WrongOption as wrong:
        raise _unusable(str(wrong), wrong.hint, resource) from None
    if written.password and written.token:
        raise _unusable("it has a password and a token", "leave one of them out", resource)
    return written


def _unusable(why: str, hint: str | None, resource: ResolvedResource | None) -> SourceFault:
    whose = f'the resource "{resource.name}"' if resource else "what the location has before the host"
    return SourceFault("AF-B189", f"{whose} cannot be used: {why}", hint, key="resource")

"""How to sign in to a web server, as a resource of the manifest says."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from aetherflow.core.bundles.file_tree.faults import SourceFault
from aetherflow.core.bundles.resource_options import WrongOption, read_options
from aetherflow.core.connectors.resources import ResolvedResource

_KIND, _DRIVER = "remote", "http"
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class _Written(Struct, frozen=True, kw_only=True):
    username: str | None = None
    password: str | None = None
    token: str | None = None
    headers: dict[str, str] = {}
    ca_file: str | None = None
    proxy: str | None = None


class SignIn(Struct, frozen=True):
    """Headers that let in, for the server that is asked first and no other; authorities to trust, and the way."""

    headers: tuple[tuple[bytes, bytes], ...] = ()
    ca_file: str | None = None
    proxy: str | None = None

    @property
    def secrets(self) -> Iterator[str]:
        """Give what must not be written down, though a server may play it back: of ``Bearer TOKEN`` the token."""
        for _, value in self.headers:
            yield from value.decode().split()[-1:]


def sign_in_of(resource: ResolvedResource | None, folder: Path) -> SignIn:
    """Read a resource's ``config`` and ``options``; raises SourceFault for what is not understood."""
    if resource is None:
        return SignIn()
    if (resource.kind, resource.driver) != (_KIND, _DRIVER):
        raise _refused(resource, "it is not for web servers", f"write `kind: {_KIND}` and `driver: {_DRIVER}`")
    written = _written(resource)
    headers = {**written.headers, **_authorization(written)}
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name) or _CONTROL.search(value):
            raise _refused(resource, "a header of it has a line break or another character that none can have", None)
    ca_file = str(folder / written.ca_file) if written.ca_file else None
    return SignIn(
        tuple((name.encode(), value.encode()) for name, value in headers.items()), ca_file, written.proxy or None
    )


def _written(resource: ResolvedResource) -> _Written:
    try:
        written = read_options({**resource.config, **resource.options}, _Written)
    except WrongOption as wrong:
        raise _refused(resource, str(wrong), wrong.hint) from None
    if written.password and written.token:
        raise _refused(resource, "it has a password and a token", "leave one of them out")
    return written


def _authorization(written: _Written) -> Mapping[str, str]:
    if written.token:
        return {"Authorization": f"Bearer {written.token}"}
    if written.username or written.password:
        from base64 import b64encode  # deferred: mostly nobody signs in

        pair = f"{written.username or ''}:{written.password or ''}"
        return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
    return {}


def _refused(resource: ResolvedResource, problem: str, hint: str | None) -> SourceFault:
    return SourceFault("AF-B165", f'the resource "{resource.name}" cannot be used: {problem}', hint, key="resource")

"""What a resource of the manifest says becomes the options of a remote folder."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from aetherflow.core.bundles.remote_folders.location import RemoteLocation
from aetherflow.core.bundles.remote_folders.messages import (
    Failure,
    HttpOptions,
    Options,
    Refused,
    SftpOptions,
    SmbOptions,
    StorageOptions,
)
from aetherflow.core.bundles.resource_options import WrongOption, read_options
from aetherflow.core.connectors.resources import ResolvedResource

KIND = "remote"
_TYPES: dict[str, type[SftpOptions | HttpOptions | SmbOptions]] = {
    "sftp": SftpOptions,
    "http": HttpOptions,
    "smb": SmbOptions,
}
#: Options that name files; the manifest's relative paths are relative to its folder.
_FILES = ("key_filename", "known_hosts", "ca_file")
#: Options that everybody may read; whatever else a resource says is hidden.
_PUBLIC = frozenset(
    {"username", "known_hosts", "host_key", "strict_host_key", "key_filename", "allow_agent", "look_for_keys"}
    | {"compress", "ca_file", "auth_protocol", "encrypt", "require_signing"}
    | {"endpoint_url", "region_name", "anon", "use_ssl", "requester_pays"}
)


def options_of(location: RemoteLocation, resource: ResolvedResource | None, folder: Path) -> Options:
    """Give the options of a folder: what a resource's ``config`` and ``options`` say; raises Refused."""
    values = _values(location, resource) if resource else {}
    wanted = _TYPES.get(location.family)
    if wanted is None:
        return StorageOptions(values=values)
    try:
        options = read_options(values, wanted)
    except WrongOption as wrong:
        raise _refused(str(wrong), wrong.hint or "") from None
    return _completed(options, location.username, folder)


def secrets_of_options(resource: ResolvedResource | None) -> Iterator[tuple[str, str]]:
    """Give origin and value of all that must not be shown: every text of the resource that is not public by its name.

    Not only what is marked ``decode``: a password may as well come from the environment by a template.
    """
    if resource is None:
        return
    for path, value in resource.secret_leaves:
        yield f"resource:{resource.name}.{'.'.join(map(str, path))}", value
    for section, values in (("config", resource.config), ("options", resource.options)):
        yield from _texts(f"resource:{resource.name}.{section}", values)


def _texts(origin: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield origin, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key not in _PUBLIC:
                yield from _texts(f"{origin}.{key}", inner)
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _texts(f"{origin}.{position}", inner)


def _values(location: RemoteLocation, resource: ResolvedResource) -> dict[str, Any]:
    if resource.kind != KIND:
        raise _refused(f'it is of kind "{resource.kind}"', f'a remote bundle wants one of kind "{KIND}"')
    if resource.driver != location.family:
        said = f'its driver is "{resource.driver}", which is not that of the location'
        raise _refused(said, f"write `driver: {location.family}`")
    if twice := sorted(resource.config.keys() & resource.options.keys()):
        raise _refused(f'"{twice[0]}" stands in its config and in its options', "write it once")
    return resource.config | resource.options


def _completed(options: Options, username: str | None, folder: Path) -> Options:
    """Make paths absolute, and let the location's user sign in where the resource names none."""
    paths = {name: getattr(options, name, None) for name in _FILES}
    completed = replace(options, **{name: str(folder / path) for name, path in paths.items() if path})
    if username and isinstance(completed, SftpOptions | SmbOptions) and not completed.username:
        return replace(completed, username=username)
    return completed


def _refused(reason: str, hint: str = "") -> Refused:
    return Refused(Failure(kind="options", reason=reason, hint=hint))

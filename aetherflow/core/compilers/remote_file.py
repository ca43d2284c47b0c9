"""The text of a file elsewhere, by what fsspec and the libraries beside it know: S3, SFTP, SMB and others."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from aetherflow.core.bundles.remote_folders.asking import ask_for_file
from aetherflow.core.bundles.remote_folders.location import is_chained, is_no_place, read_location
from aetherflow.core.bundles.remote_folders.messages import (
    Failure,
    FileRequest,
    Options,
    Refused,
    SftpOptions,
    SmbOptions,
    StorageOptions,
)
from aetherflow.core.bundles.resource_options import WrongOption, read_options
from aetherflow.core.bundles.values import Limits
from aetherflow.core.compilers.fetch_order import Fetch
from aetherflow.core.compilers.remote_trouble import trouble_elsewhere
from aetherflow.core.contracts.remote_text import RemoteText
from aetherflow.core.documents.source_patterns import credentials_in

_STAMP = "stamp"
_WRITE = "write where the flow itself lies: a path, https://…, s3://…, sftp://…"
_TYPES: Mapping[str, type[SftpOptions | SmbOptions]] = {"sftp": SftpOptions, "smb": SmbOptions}


def text_of_file(fetch: Fetch) -> RemoteText:
    """Read a file; raises FlowNotFound, SourceUnavailable or InputError with a finding."""
    try:
        request = _request(fetch)
    except Refused as refusal:
        raise trouble_elsewhere(fetch, refusal.failure) from None
    answer = ask_for_file(request, fetch.env)
    if isinstance(answer, Failure):
        raise trouble_elsewhere(fetch, answer)
    if answer.content is None and fetch.known:
        return fetch.known
    validators = {_STAMP: answer.stamp} if answer.stamp else {}
    return RemoteText(content=answer.content or b"", name=fetch.name, validators=validators)


def _request(fetch: Fetch) -> FileRequest:
    folder, name = _folder_and_name(fetch.uri)
    credentials = credentials_in(folder)
    location = read_location(folder.replace(f"{credentials}@", "", 1) if credentials else folder)
    known = fetch.known.validators.get(_STAMP, "") if fetch.known else ""
    return FileRequest(
        url=location.url,
        name=name,
        options=_options(location.family, location.username, credentials, fetch.options),
        limits=Limits(seconds=fetch.timeout_seconds, most_file_bytes=fetch.most_bytes),
        idle_seconds=fetch.timeout_seconds,
        known_stamp=known,
    )


def _folder_and_name(uri: str) -> tuple[str, str]:
    scheme = uri.partition("://")[0]
    if is_no_place(scheme.lower()):
        raise _of_no_use(f'no flow can lie in "{scheme}://"', _WRITE)
    if is_chained(uri):
        raise _of_no_use("it has one file system over another (::)", _WRITE)
    folder, _, name = uri.rpartition("/")
    if not name or "://" not in folder:
        raise _of_no_use("it names no file", "for example s3://bucket/flows/orders.yaml")
    return folder, name


def _of_no_use(reason: str, hint: str) -> Refused:
    return Refused(Failure(kind="scheme", reason=reason, hint=hint))


def _options(family: str, username: str | None, credentials: str | None, given: Mapping[str, Any]) -> Options:
    user, _, password = (credentials or username or "").partition(":")
    signed = {"username": unquote(user), "password": unquote(password)}
    values = {**{name: value for name, value in signed.items() if value}, **given}
    wanted = _TYPES.get(family)
    if wanted is None:
        return StorageOptions(values=values)
    try:
        return read_options(values, wanted)
    except WrongOption as wrong:
        raise Refused(Failure(kind="options", reason=str(wrong), hint=wrong.hint or "")) from None

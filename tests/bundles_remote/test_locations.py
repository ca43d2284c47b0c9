"""Which locations and resources name a remote folder; nothing is asked of a server before they do."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from aetherflow.core.bundles.remote_folders.messages import (
    Answer,
    Found,
    HttpOptions,
    Options,
    Request,
    SftpOptions,
    SmbOptions,
    StorageOptions,
)
from aetherflow.core.bundles.sources.remote import RemoteFetcher
from aetherflow.core.bundles.values import FetchFailed, Limits
from aetherflow.core.connectors.resources import ResolvedResource
from tests.bundles_remote.sources import resource, source, told


def asked(location: str, given: ResolvedResource | None = None, folder: str = "/ops") -> Request:
    """Give what the process would be asked that reads a folder."""
    requests = []

    def ask(request: Request, _environ: Mapping[str, str]) -> Answer:
        requests.append(request)
        return Found(fingerprint="", files=1, size_bytes=1, digest="sha256:0")

    RemoteFetcher({}, ask=ask).fetch(source(location, Path(folder), given), Path("/into"), Limits())
    return requests[0]


def refusal(location: str, given: ResolvedResource | None = None) -> FetchFailed:
    with pytest.raises(FetchFailed) as caught:
        asked(location, given)
    return caught.value


@pytest.mark.parametrize(
    ("location", "url", "options"),
    [
        ("sftp://ada@h:2222/a", "sftp://h:2222/a", SftpOptions(username="ada")),
        ("ssh://h/a b/c", "ssh://h/a b/c", SftpOptions()),
        ("SMB://ada@h/share/x", "smb://h/share/x", SmbOptions(username="ada")),
        ("https://h/a b/ü%20c/", "https://h/a%20b/%C3%BC%20c/", HttpOptions()),
        ("s3://bucket/a", "s3://bucket/a", StorageOptions()),
        ("s3://arn:aws:s3:eu-west-1:1:accesspoint/x", "s3://arn:aws:s3:eu-west-1:1:accesspoint/x", StorageOptions()),
        ("abfs://box@account.example/a", "abfs://box@account.example/a", StorageOptions()),
        ("file:///srv/a", "file:///srv/a", StorageOptions()),
        ("sftp://[::1]:22/a", "sftp://[::1]:22/a", SftpOptions()),
    ],
)
def test_a_url_names_a_folder(location: str, url: str, options: Options) -> None:
    request = asked(location)
    assert (request.url, request.options) == (url, options)


@pytest.mark.parametrize(
    ("location", "reason", "hint"),
    [
        ("orders", "it is no URL", "for a folder of this machine write `type: filesystem`"),
        ("://x", "it is no URL", "for a folder of this machine write `type: filesystem`"),
        ("sftp:///a", "it names no host", "for example sftp://files.example.com/orders"),
        ("sftp://ada@/a", "it names no host", "for example sftp://files.example.com/orders"),
        ("sftp://h:ssh/a", "it is no URL: port could not be cast to integer value as 'ssh'", "correct it"),
        ("http://[::1/a", "it is no URL: invalid ipv6 url", "correct it"),
        ("https://h/a?x=1", 'a folder has no "?…" and no "#…" at its end', "write the URL of the folder alone"),
        (
            "zip://x::https://h/a.zip",
            "it is no place by itself",
            "name the folder itself; `type: archive` unpacks archives",
        ),
        ("memory://a", "it is no place by itself", "name the folder itself; `type: archive` unpacks archives"),
    ],
)
def test_what_names_no_folder_is_told(location: str, reason: str, hint: str) -> None:
    assert told(refusal(location)) == (
        f'AF-B191: remote folder "{location.replace("ada@", "")}": it cannot be fetched from: {reason}\n= {hint}'
    )


@pytest.mark.parametrize("userinfo", ["ada:pw", "tok-123456"])
def test_credentials_do_not_belong_into_a_location(userinfo: str) -> None:
    failed = refusal(f"https://{userinfo}@h/a")
    assert told(failed) == (
        'AF-B107: remote folder "https://h/a": there are credentials in its location\n'
        "= take them out, and describe them under `resources`: locations are shown, and recorded"
    )
    assert failed.mask(f"location: https://{userinfo}@h/a") == "location: https://***@h/a"


@pytest.mark.parametrize(
    ("location", "driver", "config", "options"),
    [
        (
            "sftp://eve@h/a",
            "sftp",
            {"username": "ada", "key_filename": "keys/id", "known_hosts": "/etc/hosts"},
            SftpOptions(username="ada", key_filename="/ops/keys/id", known_hosts="/etc/hosts"),
        ),
        (
            "https://h/a",
            "http",
            {"username": "ada", "password": "pw", "headers": {"X-A": "b"}, "ca_file": "ca.pem"},
            HttpOptions(username="ada", password="pw", headers={"X-A": "b"}, ca_file="/ops/ca.pem"),
        ),
        ("smb://h/s", "smb", {"encrypt": "true"}, SmbOptions(encrypt=True)),
        ("s3a://b/a", "s3", {"key": "k", "secret": "s"}, StorageOptions(values={"key": "k", "secret": "s"})),
        ("gs://b/a", "gs", {"token": "t"}, StorageOptions(values={"token": "t"})),
    ],
)
def test_a_resource_becomes_options(location: str, driver: str, config: dict[str, Any], options: Options) -> None:
    assert asked(location, resource(driver, config)).options == options


def test_config_and_options_of_a_resource_go_together() -> None:
    given = resource("sftp", {"password": "pw"}, compress=True)
    assert asked("sftp://h/a", given).options == SftpOptions(password="pw", compress=True)


@pytest.mark.parametrize(
    ("given", "reason", "hint"),
    [
        (
            ResolvedResource("files", "db", "sqlite3", {}, {}),
            'it is of kind "db"',
            'a remote bundle wants one of kind "remote"',
        ),
        (resource("ssh", {}), 'its driver is "ssh", which is not that of the location', "write `driver: sftp`"),
        (resource("sftp", {"pasword": "x"}), 'nothing here knows its "pasword"', 'did you mean "password"?'),
        (resource("sftp", {"family": "sftp"}), 'nothing here knows its "family"', None),
        (
            resource("sftp", {"password": "x"}, password="y"),
            '"password" stands in its config and in its options',
            "write it once",
        ),
        (resource("sftp", {"password": 123456}), 'its "password" must be a text', "put it in quotes"),
        (resource("sftp", {}, compress="very"), 'its "compress" must be true or false', "write true or false"),
    ],
)
def test_a_resource_that_does_not_fit_is_told(given: ResolvedResource, reason: str, hint: str | None) -> None:
    failed = refusal("sftp://h/a", given)
    assert failed.diagnostics[0].code == "AF-B193"
    assert failed.message == f'remote folder "sftp://h/a": the resource "files" does not fit it: {reason}'
    assert hint is None or failed.hint == hint

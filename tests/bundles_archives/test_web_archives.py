"""Archives on a web server are fetched, and asked about without being fetched."""

import hashlib
import sys
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from aetherflow.core.bundles.sources.archive import ArchiveFetcher
from aetherflow.core.bundles.values import BundleSource, Fetched, FetchFailed, Limits
from aetherflow.core.connectors.resources import ResolvedResource
from aetherflow.version import VERSION
from tests.bundles_archives.archives import FILES, contents, tar_of, told, tree, zip_of
from tests.bundles_archives.web import Web, content, fetched, raw, refusal, resource, send, status, web

ZIP = zip_of()
BAD_HEADER = (
    'the resource "files" cannot be used: a header of it has a line break or another character that none can have'
)
DATE = "Mon, 01 Jan 2024 00:00:00 GMT"


def conditional(handler: BaseHTTPRequestHandler) -> None:
    """Answer as good servers do: with nothing but "not modified" to whoever has it already."""
    if handler.headers.get("If-None-Match") == '"1"' or handler.headers.get("If-Modified-Since") == DATE:
        send(handler, 304, {"ETag": '"1"'})
    else:
        content(ZIP, ETag='"1"', Last_Modified=DATE)(handler)


def test_an_archive_is_fetched_and_what_the_server_knows_it_by_is_kept(site: Web, tmp_path: Path) -> None:
    site.answers["/orders.zip"] = conditional
    got = fetched(site.source(), tmp_path)
    assert contents(tmp_path / "into") == FILES
    assert got == Fetched(
        revision=f"sha256:{hashlib.sha256(ZIP).hexdigest()}",
        detail={"format": "zip", "files": "3", "size": f"{len(ZIP)} bytes", "last modified": DATE},
        validators={"etag": '"1"', "last_modified": DATE},
    )


def test_nothing_stays_beside_the_folder(site: Web, tmp_path: Path) -> None:
    site.answers["/orders.zip"] = content(ZIP)
    fetched(site.source(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["into"]


def test_a_server_is_asked_for_the_bytes_as_they_are(site: Web, tmp_path: Path) -> None:
    site.answers["/orders.zip"] = content(ZIP)
    fetched(site.source(), tmp_path)
    ((_, headers),) = site.asked
    assert headers["Accept-Encoding"] == "identity"
    assert headers["User-Agent"] == f"aetherflow/{VERSION}"
    assert "Authorization" not in headers


def test_a_tar_gz_that_a_server_takes_for_compressed_on_the_way_is_left_as_it_is(site: Web, tmp_path: Path) -> None:
    packed = tar_of(mode="w:gz")
    site.answers["/orders.zip"] = content(packed, Content_Encoding="gzip", Content_Type="application/x-tar")
    got = fetched(site.source(), tmp_path)
    assert got.revision == f"sha256:{hashlib.sha256(packed).hexdigest()}"


@pytest.mark.parametrize(
    "answer",
    [
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % len(ZIP), ZIP, b"\r\n0\r\n\r\n"),
        raw(b"HTTP/1.0 200 OK\r\n\r\n", ZIP),
    ],
    ids=["chunked", "to the end"],
)
def test_a_server_need_not_tell_the_length(site: Web, tmp_path: Path, answer: object) -> None:
    site.answers["/orders.zip"] = answer  # type: ignore[assignment]  # made by raw()
    fetched(site.source(), tmp_path)
    assert contents(tmp_path / "into") == FILES


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_redirects_are_followed(site: Web, tmp_path: Path, code: int) -> None:
    site.answers["/orders.zip"] = status(code, Location="latest")
    site.answers["/latest"] = status(code, Location=f"{site.url}/v1?signed=1#part")
    site.answers["/v1?signed=1"] = content(ZIP)
    fetched(site.source(), tmp_path)
    assert [path for path, _ in site.asked] == ["/orders.zip", "/latest", "/v1?signed=1"]


def test_five_redirects_are_followed_and_no_sixth(site: Web, tmp_path: Path) -> None:
    for number in range(6):
        site.answers[f"/{number}"] = status(302, Location=f"/{number + 1}")
    site.answers["/6"] = content(ZIP)
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
    fetched(site.source("/1"), tmp_path / "one")
    assert refusal(site.source("/0"), tmp_path / "two") == (
        f'AF-B145 archive "{site.url}/0": it is redirected more than 5 times'
        "\nwrite the URL that it leads to in the end, if that is to be trusted"
    )


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"token": "t0k€n"}, {"Authorization": "Bearer t0k€n"}),
        ({"username": "ann", "password": "p:w"}, {"Authorization": "Basic YW5uOnA6dw=="}),
        ({"headers": {"PRIVATE-TOKEN": "t"}}, {"PRIVATE-TOKEN": "t"}),
    ],
)
def test_a_resource_signs_in(site: Web, tmp_path: Path, config: dict[str, object], expected: dict[str, str]) -> None:
    site.answers["/orders.zip"] = content(ZIP)
    fetched(site.source(resource=resource(**config)), tmp_path)
    sent = {name: value.encode("latin-1").decode() for name, value in site.asked[0][1].items()}
    assert expected.items() <= sent.items()


def test_credentials_go_to_the_server_that_is_asked_first_and_to_no_other(site: Web, tmp_path: Path) -> None:
    with web() as other:
        site.answers["/orders.zip"] = status(302, Location="/again")
        site.answers["/again"] = status(302, Location=f"{other.url}/v1")
        other.answers["/v1"] = content(ZIP)
        fetched(site.source(resource=resource(token="t", headers={"X-Key": "k"})), tmp_path)
        assert [{"Authorization", "X-Key"} & headers.keys() for _, headers in site.asked] == [
            {"Authorization", "X-Key"}
        ] * 2
        assert not {"Authorization", "X-Key"} & other.asked[0][1].keys()


@pytest.mark.parametrize("config", [{"token": "t0p-s3cret"}, {"username": "ann", "password": "t0p"}])
def test_what_lets_in_is_not_written_down_where_a_server_plays_it_back(
    site: Web, tmp_path: Path, config: dict[str, object]
) -> None:
    def playing_back(handler: BaseHTTPRequestHandler) -> None:
        let_in = handler.headers["Authorization"]
        content(ZIP, ETag=f'"{let_in}"', Last_Modified=handler.path)(handler)

    site.answers["/orders.zip?page=1&sig=s1gned"] = playing_back
    source = site.source("/orders.zip?page=1&sig=s1gned", resource=resource(**config))
    got = fetched(source, tmp_path)
    assert got.validators == {}
    assert got.detail.keys() == {"format", "files", "size"}
    assert ArchiveFetcher().is_current(source, got) is None


def test_a_resource_may_name_the_proxy(site: Web, tmp_path: Path) -> None:
    site.answers["http://files.invalid/orders.zip"] = content(ZIP)
    source = BundleSource(
        type="archive",
        location="http://files.invalid/orders.zip",
        folder=tmp_path,
        resource=resource(proxy=site.url),
    )
    fetched(source, tmp_path)
    assert contents(tmp_path / "into") == FILES


@pytest.mark.parametrize(
    ("wrong", "finding"),
    [
        (
            resource(tokn="s3cret"),
            'the resource "files" cannot be used: nothing here knows its "tokn"\ndid you mean "token"?',
        ),
        (
            resource(token=["s3cret"]),
            'the resource "files" cannot be used: its "token" must be a text\nwrite a text',
        ),
        (
            resource(token="s3cret\r\nX: y"),
            BAD_HEADER,
        ),
        (
            resource(token="s3cret", password="s3cret"),
            'the resource "files" cannot be used: it has a password and a token\nleave one of them out',
        ),
        (
            resource(headers={"a b": "s3cret"}),
            BAD_HEADER,
        ),
        (
            ResolvedResource(name="db", kind="db", driver="postgres", config={"password": "s3cret"}, options={}),
            'the resource "db" cannot be used: it is not for web servers\nwrite `kind: remote` and `driver: http`',
        ),
    ],
)
def test_a_resource_that_says_something_else_is_a_finding_without_its_values(
    site: Web, tmp_path: Path, wrong: ResolvedResource, finding: str
) -> None:
    told_finding = refusal(site.source(resource=wrong), tmp_path)
    assert told_finding == f'AF-B165 archive "{site.url}/orders.zip": {finding}'
    assert "s3cret" not in told_finding
    assert site.asked == []


def test_an_archive_is_current_as_long_as_the_server_says_so(site: Web, tmp_path: Path) -> None:
    site.answers["/orders.zip"] = conditional
    got = fetched(site.source(), tmp_path)
    assert ArchiveFetcher().is_current(site.source(), got) is True
    assert site.asked[-1][1]["If-None-Match"] == '"1"'
    assert site.asked[-1][1]["If-Modified-Since"] == DATE


@pytest.mark.parametrize(
    ("before", "headers", "expected"),
    [
        ({"etag": '"1"'}, {"ETag": '"1"'}, True),
        ({"etag": '"1"'}, {"ETag": '"2"'}, False),
        ({"etag": '"1"', "last_modified": DATE}, {"ETag": '"2"', "Last_Modified": DATE}, False),
        ({"last_modified": DATE}, {"Last_Modified": DATE}, True),
        ({"last_modified": "Tue, 02 Jan 2024 00:00:00 GMT"}, {"Last_Modified": DATE}, False),
        ({"etag": '"1"'}, {}, None),
        ({}, {"ETag": '"1"'}, None),
    ],
)
def test_a_server_that_knows_no_conditions_is_judged_by_what_it_tells(
    site: Web, before: dict[str, str], headers: dict[str, str], expected: bool | None
) -> None:
    site.answers["/orders.zip"] = content(ZIP, **headers)
    got = Fetched(revision="sha256:" + "0" * 64, validators=before)
    assert ArchiveFetcher().is_current(site.source(), got) is expected


def test_asking_does_not_read_the_content(site: Web) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        send(handler, 200, {"Content-Length": "1000000000", "ETag": '"2"'})
        site.is_over.wait(30)

    site.answers["/orders.zip"] = endless
    got = Fetched(revision="sha256:" + "0" * 64, validators={"etag": '"1"'})
    assert ArchiveFetcher(stall_seconds=20).is_current(site.source(), got) is False


def test_a_server_that_has_it_no_more_is_a_finding_when_it_is_asked(site: Web) -> None:
    got = Fetched(revision="sha256:" + "0" * 64, validators={"etag": '"1"'})
    with pytest.raises(FetchFailed) as caught:
        ArchiveFetcher().is_current(site.source(), got)
    assert told(caught.value).startswith(f'AF-B144 archive "{site.url}/orders.zip": the server answers 404 Not Found')


def test_an_archive_that_the_manifest_names_by_its_sha256_needs_no_asking(site: Web, tmp_path: Path) -> None:
    site.answers["/orders.zip"] = content(ZIP, ETag='"1"')
    source = site.source(sha256=hashlib.sha256(ZIP).hexdigest())
    got = fetched(source, tmp_path)
    assert ArchiveFetcher().is_current(source, got) is True
    assert len(site.asked) == 1


def test_without_httpx_the_finding_names_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(sys.modules):
        if name.startswith("aetherflow.core.bundles.downloads.http"):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "httpx", None)
    source = BundleSource(type="archive", location="https://host/orders.zip", folder=tmp_path)
    assert refusal(source, tmp_path) == (
        'AF-B142 archive "https://host/orders.zip": fetching from the web needs httpx, which is not installed'
        "\npip install 'aetherflow[http]'"
    )


def test_local_archives_need_no_httpx(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httpx", None)
    (tmp_path / "orders.zip").write_bytes(ZIP)
    (tmp_path / "into").mkdir()
    ArchiveFetcher().fetch(
        BundleSource(type="archive", location="orders.zip", folder=tmp_path), tmp_path / "into", Limits()
    )
    assert tree(tmp_path / "into")

"""Bundles in a folder of a web server that lists its folders."""

import gzip
import ssl
from pathlib import Path

import pytest
import trustme

from aetherflow.core.bundles.remote_folders import http_folder
from aetherflow.core.bundles.values import BundleSource, Limits
from tests.bundles_remote.sources import FILES, failure, fetcher, read, resource, source, told
from tests.bundles_remote.web_server import BASIC, Handler, WebServer, page
from tests.support.sftp_server import PASSWORD, USER, settle

LONG_AGO = "Sun, 13 Sep 2020 12:26:40 GMT"
_CREDENTIALS = "describe credentials under `resources` and name them in the source: `resource: NAME`"
_LOCATION = "look at the location: upper and lower case count"
_SERVER = "look at the server; the same command tries again"


def orders(web: WebServer, **config: object) -> BundleSource:
    given = resource("http", config) if config else None
    return source(f"{web.url}/orders", web.root.parent, given)


def said(web: WebServer, what: str) -> str:
    return f'remote folder "{web.url}/orders": {what}'


def test_every_file_below_the_folder_is_fetched(web: WebServer, into: Path) -> None:
    fetcher().fetch(orders(web), into, Limits())
    assert read(into) == FILES


def test_a_folder_is_current_until_something_in_it_changes(web: WebServer, into: Path) -> None:
    fetched = fetcher().fetch(orders(web), into, Limits())
    assert fetcher().is_current(orders(web), fetched) is True
    (web.root / "orders/profiles.yaml").write_text("[]\n")  # as long as before
    assert fetcher().is_current(orders(web), fetched) is False


def test_an_etag_tells_what_a_time_does_not(web: WebServer, into: Path) -> None:
    (web.root / "orders/profiles.yaml").write_text("{}\n")  # just now
    web.headers["ETag"] = '"one"'
    fetched = fetcher().fetch(orders(web), into, Limits())
    assert fetcher().is_current(orders(web), fetched) is True
    web.headers["ETag"] = '"two"'
    assert fetcher().is_current(orders(web), fetched) is False


def test_a_server_that_knows_no_head_cannot_tell_what_is_current(web: WebServer, into: Path) -> None:
    web.answer = lambda handler: handler.command == "HEAD" and handler.say(405)
    fetched = fetcher().fetch(orders(web), into, Limits())
    assert read(into) == FILES
    assert fetcher().is_current(orders(web), fetched) is None


def test_links_that_lead_elsewhere_are_no_entries(web: WebServer, into: Path) -> None:
    listing = page(
        "?C=N;O=D", "/", "../", "..", "/orders/", "/orders", "#top", "mailto:a@b", "http://elsewhere.example/orders/x",
        "https://127.0.0.1/orders/x", "//elsewhere.example/x", "deep/er", "http://[", "profiles.yaml", "profiles.yaml",
        "./profiles.yaml#x", f"{web.url}/orders/profiles.yaml",
    )  # fmt: skip
    web.answer = lambda handler: handler.path == "/orders/" and handler.say(200, listing, Content_Type="text/html")
    fetcher().fetch(orders(web), into, Limits())
    assert read(into) == {"profiles.yaml": FILES["profiles.yaml"]}


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("..%2f..%2fevil", '"../../evil" in it is no name for a file of a bundle: it has a slash in it'),
        ("a%2fb", '"a/b" in it is no name for a file of a bundle: it has a slash in it'),
        ("%2e%2e", '".." in it is no name for a file of a bundle: it climbs out of the bundle by ".."'),
        ("%00", '"␀" in it is no name for a file of a bundle: it has control characters in it'),
        ("a%5cb", '"a\\b" in it is no name for a file of a bundle: it has a backslash in it'),
        ("caf%e9", "a name in it is no name for a file of a bundle: it is not UTF-8"),
    ],
)
def test_a_name_that_no_bundle_may_have_is_refused(web: WebServer, into: Path, target: str, message: str) -> None:
    web.answer = lambda handler: handler.say(200, page(target), Content_Type="text/html")
    failed = failure(orders(web), into)
    assert failed.message == said(web, message)
    assert failed.diagnostics[0].code == "AF-B204"


def test_a_password_signs_in(web: WebServer, into: Path) -> None:
    web.answer = lambda handler: handler.headers["Authorization"] != BASIC and handler.say(401)
    fetcher().fetch(orders(web, username=USER, password=PASSWORD), into, Limits())
    assert read(into) == FILES


def test_a_token_and_headers_sign_in(web: WebServer, into: Path) -> None:
    fetcher().fetch(orders(web, token="tok-123456", headers={"X-Team": "orders"}), into, Limits())
    assert set(web.authorizations) == {"Bearer tok-123456"}


def test_a_wrong_password_is_told_without_it(web: WebServer, into: Path) -> None:
    web.answer = lambda handler: handler.say(401)
    assert told(failure(orders(web, username=USER, password=PASSWORD), into)) == (
        f"AF-B196: {said(web, 'it lets nobody in with these credentials: the server answers 401 Unauthorized')}\n"
        '= look at the resource "files" of the manifest'
    )


def test_credentials_go_to_no_other_server(web: WebServer, into: Path, served: Path) -> None:
    other = WebServer(served)
    web.answer = lambda handler: handler.say(302, Location=f"http://localhost:{other.port}/orders/")
    try:
        failed = failure(orders(web, token="tok-123456"), into)
    finally:
        other.close()
    assert told(failed) == (
        f"AF-B208: {said(web, 'it cannot be read: the server sends on to another one, localhost')}\n= name that one"
    )
    assert other.requests == []


def test_a_server_may_send_on_to_another_path_of_its_own(web: WebServer, into: Path) -> None:
    web.answer = lambda handler: (
        handler.path.startswith("/old") and handler.say(301, Location=handler.path.replace("/old", "/orders"))
    )
    fetcher().fetch(source(f"{web.url}/old", into), into, Limits())
    assert read(into) == FILES


def test_a_server_that_sends_round_in_circles_is_left(web: WebServer, into: Path) -> None:
    web.answer = lambda handler: handler.say(302, Location=handler.path)
    assert told(failure(orders(web), into)) == (
        f"AF-B208: {said(web, 'it cannot be read: the server answers 302 Found')}\n"
        "= look at the location: it must lead to the folder itself"
    )


@pytest.mark.parametrize(
    ("status", "code", "what", "hint"),
    [
        (403, "AF-B200", "it may not be read: the server answers 403 Forbidden", _CREDENTIALS),
        (404, "AF-B199", "there is no such folder: the server answers 404 Not Found", _LOCATION),
        (429, "AF-B208", "it cannot be read: the server answers 429 Too Many Requests", _SERVER),
        (500, "AF-B208", "it cannot be read: the server answers 500 Internal Server Error", _SERVER),
    ],
)
def test_what_a_server_answers_is_told_with_what_to_do(
    web: WebServer, into: Path, status: int, code: str, what: str, hint: str
) -> None:
    web.answer = lambda handler: handler.say(status)
    assert told(failure(orders(web), into)) == f"{code}: {said(web, what)}\n= {hint}"


def test_a_file_that_is_listed_and_not_there_is_told(web: WebServer, into: Path) -> None:
    web.answer = lambda handler: handler.path == "/orders/profiles.yaml" and handler.say(404)
    assert failure(orders(web), into).message == said(
        web, 'there is no "profiles.yaml" in it: the server answers 404 Not Found'
    )


def test_a_file_is_no_folder(web: WebServer, into: Path) -> None:
    web.answer = lambda handler: handler.say(200, b"PK", Content_Type="application/zip")
    assert told(failure(orders(web), into)) == (
        f"AF-B199: {said(web, 'it is no folder: it is application/zip, not a page that lists a folder')}\n"
        "= name the folder that the bundle lies in; for a zip or tar file write `type: archive`"
    )


def test_a_page_without_links_is_a_folder_without_files(web: WebServer, into: Path) -> None:
    web.answer = lambda handler: handler.say(200, b"<h1>It works!</h1>", Content_Type="text/html")
    assert failure(orders(web), into).diagnostics[0].code == "AF-B201"


def test_a_page_without_end_is_ended(web: WebServer, into: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_folder, "_LONGEST_PAGE_BYTES", 200_000)  # what nobody waits for in a test

    def endless(handler: Handler) -> bool:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"<p>" * 100_000)
        except OSError:
            return handler.hang_up()

    web.answer = endless
    assert failure(orders(web), into).message == said(web, "it has more than 50,000 files and folders")


def test_what_is_compressed_unasked_is_refused(web: WebServer, into: Path) -> None:
    web.answer = lambda handler: (
        handler.path.endswith("profiles.yaml") and handler.say(200, gzip.compress(b"{}\n"), Content_Encoding="gzip")
    )
    assert failure(orders(web), into).message == said(
        web, '"profiles.yaml" in it cannot be read: the server sends it compressed, though it was asked not to'
    )


def test_a_connection_that_breaks_in_the_middle_of_a_file_is_told(web: WebServer, into: Path) -> None:
    def half(handler: Handler) -> bool:
        if handler.command == "HEAD" or not handler.path.endswith(".csv"):
            return False
        handler.say(200, FILES["data/ü b.csv"][:1000], Content_Length="200000", Last_Modified=LONG_AGO)
        return handler.hang_up()

    web.answer = half
    failed = failure(orders(web), into)
    assert failed.diagnostics[0].code == "AF-B203"
    assert failed.message == said(web, 'the connection broke while reading "data/ü b.csv": 1,000 of 200,000 bytes came')


def test_a_connection_that_breaks_while_the_folder_is_listed_is_told(web: WebServer, into: Path) -> None:
    web.answer = lambda handler: handler.path == "/orders/flows/" and handler.hang_up()
    failed = failure(orders(web), into)
    assert failed.diagnostics[0].code == "AF-B203"
    assert failed.message.startswith(said(web, "the connection broke while listing it: "))


def test_of_an_answer_that_is_no_http_nothing_is_shown(web: WebServer, into: Path) -> None:
    def shorter(handler: Handler) -> bool:
        if not handler.path.endswith("profiles.yaml"):
            return False
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\nPASSWORD=hunter2")
        return handler.hang_up()

    web.answer = shorter
    failed = failure(orders(web), into)
    assert failed.diagnostics[0].code == "AF-B208"
    assert "it cannot be read: what the server answers is no HTTP: Data after `Connection: close`" in failed.message
    assert "hunter2" not in failed.message


def test_a_server_that_stalls_is_left(web: WebServer, into: Path) -> None:
    web.answer = lambda handler: (
        handler.path == "/orders/profiles.yaml" and handler.command == "GET" and handler.stall()
    )
    failed = failure(orders(web), into, in_child=True, idle_seconds=0.5)
    assert failed.diagnostics[0].code == "AF-B202"


def test_a_file_that_grows_beyond_what_was_listed_is_told(web: WebServer, into: Path) -> None:
    web.answer = lambda handler: (
        handler.command == "GET"
        and handler.path.endswith("profiles.yaml")
        and handler.say(200, b"{}\n" * 10, Last_Modified=LONG_AGO)
    )
    assert failure(orders(web), into).message == said(web, '"profiles.yaml" in it changed while the folder was read')


def test_a_file_that_is_replaced_after_it_was_listed_is_told(web: WebServer, into: Path) -> None:
    def replaced(handler: Handler) -> bool:
        is_it = handler.command == "GET" and handler.path.endswith("profiles.yaml")
        return is_it and handler.say(200, b"[]\n", Last_Modified="Sun, 13 Sep 2020 12:26:41 GMT")

    web.answer = replaced
    assert failure(orders(web), into).message == said(web, '"profiles.yaml" in it changed while the folder was read')


def test_a_file_of_unknown_size_may_not_be_too_large(web: WebServer, into: Path) -> None:
    web.answer = lambda handler: handler.command == "HEAD" and handler.say(405)
    failed = failure(orders(web), into, limits=Limits(most_file_bytes=100_000))
    assert failed.message == said(web, '"data/ü b.csv" in it has more than 100,000 bytes')
    failed = failure(orders(web), into.parent / "more", limits=Limits(most_bytes=100_000))
    assert failed.message == said(web, "it has more than 100,000 bytes")


def test_a_server_that_is_not_running_is_told(served: Path, into: Path) -> None:
    web = WebServer(served)
    web.close()
    failed = failure(orders(web), into)
    assert (failed.diagnostics[0].code, failed.message) == (
        "AF-B195",
        said(web, "it cannot be reached: connection refused"),
    )


def test_a_location_may_have_blanks_and_letters_of_any_language(web: WebServer, into: Path) -> None:
    (web.root / "orders").rename(web.root / "größere orders")
    fetcher().fetch(source(f"{web.url}/größere orders/", into), into, Limits())
    assert read(into) == FILES


def test_a_certificate_is_checked(served: Path, into: Path, tmp_path: Path) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    settle(served)
    web = WebServer(served, context)
    try:
        failed = failure(orders(web), into)
        fetcher().fetch(orders(web, ca_file="ca.pem"), into, Limits())
    finally:
        web.close()
    assert failed.diagnostics[0].code == "AF-B195"
    assert "certificate verify failed" in failed.message
    assert read(into) == FILES


def _as_proxy(handler: Handler) -> bool:
    handler.path = handler.path.removeprefix("http://files.invalid")
    return False


def test_a_proxy_that_the_resource_names_is_asked(web: WebServer, into: Path) -> None:
    web.answer = _as_proxy
    given = resource("http", {"proxy": web.url})
    fetcher().fetch(source("http://files.invalid/orders", into, given), into, Limits())
    assert read(into) == FILES


def test_a_proxy_that_the_environment_names_is_asked(
    web: WebServer, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.answer = _as_proxy
    monkeypatch.setenv("http_proxy", web.url)
    fetcher().fetch(source("http://files.invalid/orders", into), into, Limits())
    assert read(into) == FILES


def test_a_file_of_authorities_must_be_one(web: WebServer, into: Path) -> None:
    failed = failure(orders(web, ca_file="nowhere.pem"), into)
    assert failed.diagnostics[0].code == "AF-B193"
    assert failed.message.endswith('nowhere.pem" cannot be read: no such file or directory')

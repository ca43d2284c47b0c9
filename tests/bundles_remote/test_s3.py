"""Bundles in a bucket of an S3 server."""

import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.loaders import create_loader

from aetherflow.core.bundles.values import BundleSource, Limits
from tests.bundles_remote.sources import FILES, failure, fetcher, read, resource, source, told
from tests.support.proxy import Proxy
from tests.support.s3_server import KEY, SECRET, client, s3_server

BUCKET = "bundles"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with s3_server() as url:
        yield url


@pytest.fixture(scope="module")
def bucket(endpoint: str) -> Iterator[Any]:
    """Give a client; the bundle is in "orders" of the bucket, and stays as it is."""
    loaders: dict[str | None, Any] = {}
    with pytest.MonkeyPatch.context() as patch:  # what AWS is, as botocore has it, takes long to read
        patch.setattr(botocore.session, "create_loader", lambda path: loaders.setdefault(path, create_loader(path)))
        yield _filled(endpoint)


def _filled(endpoint: str) -> Any:
    made = client(endpoint)
    made.create_bucket(Bucket=BUCKET)
    put(made, "orders", FILES)
    return made


@pytest.fixture
def proxy(bucket: Any) -> Iterator[Proxy]:
    """Give a line to the server that may break."""
    line = Proxy(int(bucket.meta.endpoint_url.rpartition(":")[2]))
    yield line
    line.close()


def put(bucket: Any, folder: str, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        bucket.put_object(Bucket=BUCKET, Key=f"{folder}/{name}", Body=content, ACL="public-read")


def orders(endpoint: str, *, location: str = f"s3://{BUCKET}/orders", **config: Any) -> BundleSource:
    given = {"key": KEY, "secret": SECRET, "endpoint_url": endpoint} | config
    return source(location, Path("/"), resource("s3", {name: value for name, value in given.items() if value}))


def said(what: str) -> str:
    return f'remote folder "s3://{BUCKET}/orders": {what}'


def test_every_object_below_the_prefix_is_fetched(bucket: Any, endpoint: str, into: Path) -> None:
    put(bucket, "orders-of-others", {"x": b""})
    put(bucket, "orders", {"": b"", "flows/": b"", "incoming/": b""})  # as consoles make folders
    fetcher().fetch(orders(endpoint), into, Limits())
    assert read(into) == FILES
    assert list((into / "incoming").iterdir()) == []


def test_a_process_of_its_own_fetches_the_same(bucket: Any, endpoint: str, into: Path) -> None:
    fetcher(in_child=True).fetch(orders(endpoint, location=f"s3://{BUCKET}/orders/"), into, Limits())
    assert read(into) == FILES


def test_a_bundle_may_be_all_of_a_bucket(bucket: Any, endpoint: str, into: Path) -> None:
    bucket.create_bucket(Bucket="all-of-it")
    bucket.put_object(Bucket="all-of-it", Key="flows/main.yaml", Body=b"flow")
    fetcher().fetch(orders(endpoint, location="s3://all-of-it"), into, Limits())
    assert read(into) == {"flows/main.yaml": b"flow"}


def test_a_listing_of_several_pages_is_read_to_its_end(bucket: Any, endpoint: str, into: Path) -> None:
    put(bucket, "many", {str(number): b"" for number in range(7)})
    fetcher().fetch(orders(endpoint, location=f"s3://{BUCKET}/many"), into, Limits())
    assert set(read(into)) == {str(number) for number in range(7)}


def test_a_folder_is_current_until_something_in_it_changes(bucket: Any, endpoint: str, into: Path) -> None:
    put(bucket, "changing", {"profiles.yaml": b"{}\n"})
    asked = orders(endpoint, location=f"s3://{BUCKET}/changing")
    fetched = fetcher().fetch(asked, into, Limits())
    put(bucket, "changing", {"profiles.yaml": b"{}\n"})  # the same again
    assert fetcher().is_current(asked, fetched) is True
    put(bucket, "changing", {"profiles.yaml": b"[]\n"})
    assert fetcher().is_current(asked, fetched) is False


@pytest.mark.parametrize("name", ["../evil", "a//b", "a/"])
def test_a_key_that_is_no_path_is_refused(bucket: Any, endpoint: str, into: Path, name: str) -> None:
    folder = f"odd-{len(name)}"
    put(bucket, folder, {name: b"x"})
    failed = failure(orders(endpoint, location=f"s3://{BUCKET}/{folder}"), into)
    assert failed.diagnostics[0].code == "AF-B204"
    assert read(into) == {}


def test_a_key_that_is_a_file_and_a_folder_is_refused(bucket: Any, endpoint: str, into: Path) -> None:
    put(bucket, "both", {"flows": b"x", "flows/main.yaml": b"y"})
    assert told(failure(orders(endpoint, location=f"s3://{BUCKET}/both"), into)) == (
        f'AF-B204: remote folder "s3://{BUCKET}/both": '
        '"flows" is in it twice, or as a file and as a folder, or in capitals as well\n'
        "= rename one of them at the source"
    )


def test_a_bucket_that_is_not_there_is_told(bucket: Any, endpoint: str, into: Path) -> None:
    assert told(failure(orders(endpoint, location="s3://elsewhere/orders"), into)) == (
        'AF-B199: remote folder "s3://elsewhere/orders": there is no such folder: the specified bucket does not exist\n'
        "= look at the location: upper and lower case count"
    )


def test_a_prefix_without_objects_is_told(bucket: Any, endpoint: str, into: Path) -> None:
    failed = failure(orders(endpoint, location=f"s3://{BUCKET}/order"), into)
    assert failed.message == f'remote folder "s3://{BUCKET}/order": there are no files in it'


def test_an_object_is_no_folder(bucket: Any, endpoint: str, into: Path) -> None:
    failed = failure(orders(endpoint, location=f"s3://{BUCKET}/orders/profiles.yaml"), into)
    assert failed.message == f'remote folder "s3://{BUCKET}/orders/profiles.yaml": it is no folder'


def test_who_is_not_known_is_not_let_in(bucket: Any, endpoint: str, into: Path) -> None:
    iam = boto3.client(
        "iam", endpoint_url=endpoint, aws_access_key_id=KEY, aws_secret_access_key=SECRET, region_name="us-east-1"
    )
    iam.create_user(UserName="deploy")
    right = iam.create_access_key(UserName="deploy")["AccessKey"]
    _check_credentials(endpoint, after_requests=0)
    try:
        wrong_key = failure(orders(endpoint), into)
        wrong_secret = failure(orders(endpoint, key=right["AccessKeyId"]), into)
        no_rights = failure(orders(endpoint, key=right["AccessKeyId"], secret=right["SecretAccessKey"]), into)
    finally:
        _check_credentials(endpoint, after_requests=10**9)
    for failed in (wrong_key, wrong_secret):
        assert failed.message.startswith(said("it lets nobody in with these credentials: "))
        assert failed.hint == 'look at the resource "files" of the manifest'
        assert SECRET not in str(failed.diagnostics)
    assert no_rights.message == said("it may not be read: access Denied")


def _check_credentials(endpoint: str, after_requests: int) -> None:
    url = f"{endpoint}/moto-api/reset-auth"
    body = str(after_requests).encode()
    request = urllib.request.Request(url, data=body, headers={"Content-Type": "text/plain"})
    urllib.request.urlopen(request).close()


def test_without_any_credentials_the_finding_says_so(
    bucket: Any, endpoint: str, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    asked = orders(endpoint, key="", secret="")
    assert failure(asked, into).message == said(
        "it lets nobody in with these credentials: Unable to locate credentials"
    )


def test_what_is_public_needs_no_credentials(bucket: Any, endpoint: str, into: Path) -> None:
    fetcher().fetch(orders(endpoint, key="", secret="", anon=True), into, Limits())
    assert read(into) == FILES


def test_no_variable_moves_a_bucket_to_another_server(
    bucket: Any, endpoint: str, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bytes] = []
    line = Proxy(int(endpoint.rpartition(":")[2]))
    line.on_request = seen.append
    for variable in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "FSSPEC_S3_ENDPOINT_URL"):
        monkeypatch.setenv(variable, line.url)
    # Where it would be without them nobody answers: the proxy that all go by is not there.
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    failed = failure(orders("", location=f"s3://{BUCKET}/orders"), into, in_child=True)
    line.close()
    assert failed.diagnostics[0].code == "AF-B195"
    assert seen == []


def test_a_misspelt_option_is_told(bucket: Any, endpoint: str, into: Path) -> None:
    assert told(failure(orders(endpoint, sercet="x"), into)) == (
        f"""AF-B193: {said('the resource "files" does not fit it: nothing here knows its "sercet"')}\n"""
        '= did you mean "secret"?'
    )


def test_a_connection_that_breaks_in_the_middle_of_an_object_is_told(bucket: Any, proxy: Proxy, into: Path) -> None:
    proxy.cut_after = 100_000
    failed = failure(orders(proxy.url), into)
    assert failed.diagnostics[0].code == "AF-B203"
    assert failed.message.startswith(said('the connection broke while reading "data/ü b.csv": '))


def test_a_server_that_stalls_is_left(bucket: Any, proxy: Proxy, into: Path) -> None:
    proxy.stall_after = 100_000
    failed = failure(orders(proxy.url), into, in_child=True, idle_seconds=3)
    assert failed.message.startswith(said("it sent nothing for 3 seconds; the last was: reading "))


def test_an_object_that_is_replaced_while_it_is_read_is_told(bucket: Any, proxy: Proxy, into: Path) -> None:
    def replace(request: bytes) -> None:
        if request.startswith(f"GET /{BUCKET}/replaced/profiles.yaml".encode()):
            put(bucket, "replaced", {"profiles.yaml": b"[]\n"})

    put(bucket, "replaced", FILES)
    proxy.on_request = replace
    failed = failure(orders(proxy.url, location=f"s3://{BUCKET}/replaced"), into)
    assert failed.message.endswith('"profiles.yaml" in it changed while the folder was read')


def test_a_server_that_is_not_running_is_told(bucket: Any, proxy: Proxy, into: Path) -> None:
    proxy.close()
    failed = failure(orders(proxy.url), into)
    assert failed.diagnostics[0].code == "AF-B195"
    assert failed.message.startswith(said('it cannot be reached: Could not connect to the endpoint URL: "http://'))

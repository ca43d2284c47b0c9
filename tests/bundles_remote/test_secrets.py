"""What a resource says is in no finding, whoever writes it there."""

from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from aetherflow.core.bundles.remote_folders.messages import Answer, Failure, Request
from aetherflow.core.bundles.sources.remote import RemoteFetcher
from aetherflow.core.bundles.values import FetchFailed, Limits
from aetherflow.core.connectors.resources import ResolvedResource
from tests.bundles_remote.sources import resource, source

SECRET = "pass word/with+signs&more"


def failed_with(said: str, given: ResolvedResource, **failure: Any) -> FetchFailed:
    """Let the process that reads a folder say something."""

    def ask(_request: Request, _environ: Mapping[str, str]) -> Answer:
        return Failure(**{"kind": "other", "reason": said, **failure})

    with pytest.raises(FetchFailed) as caught:
        RemoteFetcher({}, ask=ask).fetch(source("gs://bucket/a", Path("/"), given), Path("/"), Limits())
    return caught.value


def everything(failed: FetchFailed) -> str:
    return f"{failed!r} {failed} {failed.message} {failed.hint} {failed.diagnostics} {failed.__cause__}"


@pytest.mark.parametrize(
    "config",
    [{"password": SECRET}, {"deep": {"er": [{"anything": SECRET}]}}, {"client_kwargs": {"headers": {"x": SECRET}}}],
)
@pytest.mark.parametrize(
    "said",
    [
        f"denied for {SECRET}",
        f"GET /?p={quote(SECRET, safe='')}",
        f"Basic {b64encode(f'ada:{SECRET}'.encode()).decode()}",
    ],
)
def test_no_text_of_a_resource_is_shown(config: dict[str, Any], said: str) -> None:
    shown = everything(failed_with(said, resource("gs", config)))
    assert "***" in shown
    assert not any(form in shown for form in (SECRET, quote(SECRET, safe=""), b64encode(SECRET.encode())[:12].decode()))


def test_a_secret_in_an_option_is_not_shown_either() -> None:
    assert SECRET not in everything(failed_with(SECRET, resource("gs", {}, token=SECRET)))


def test_a_secret_is_masked_in_the_lines_of_the_manifest() -> None:
    failed = failed_with("no", resource("gs", {"password": SECRET}))
    assert failed.mask(f'password: "{SECRET}"') == 'password: "***"'


def test_what_was_marked_to_be_decoded_is_not_shown_before_or_after() -> None:
    leaves = ((("config", "username", "encoded"), "encoded-name"), (("config", "username"), "decoded-name"))
    given = ResolvedResource("files", "remote", "gs", {"username": "decoded-name"}, {}, leaves)
    shown = everything(failed_with("encoded-name decoded-name", given))
    assert "-name" not in shown


def test_what_names_who_and_where_is_shown() -> None:
    failed = failed_with("no ada-lovelace at https://s3.example", resource("gs", {"username": "ada-lovelace"}))
    assert failed.message.endswith("no ada-lovelace at https://s3.example")


def test_a_secret_that_is_too_short_to_be_masked_takes_the_words_with_it() -> None:
    failed = failed_with("the password abc is wrong", resource("gs", {"password": "abc"}))
    assert failed.message == 'remote folder "gs://bucket/a": it cannot be read: what it says has a secret in it'


def test_users_of_urls_are_not_shown() -> None:
    failed = failed_with("cannot connect to https://ada:pw@proxy.example/", resource("gs", {}))
    assert failed.message.endswith("cannot connect to https://proxy.example/")


def test_what_a_server_says_cannot_steer_a_terminal() -> None:
    failed = failed_with("no\x1b[2J\nway\r", resource("gs", {}))
    assert failed.message.endswith("it cannot be read: no␛[2J way")


def test_what_a_server_says_at_length_is_cut() -> None:
    assert len(failed_with("x" * 100_000, resource("gs", {})).message) < 400


def test_the_name_of_a_file_is_shown_with_all_its_signs() -> None:
    failed = failed_with("", resource("gs", {}), kind="link", path="a\x1b[31m\u202e" + "x" * 500)
    assert failed.message.isprintable()
    assert len(failed.message) < 250

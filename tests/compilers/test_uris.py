"""The name of a flow is taken apart, and shown without what lets somebody in."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aetherflow.core.compilers.uri import (
    is_compiled,
    local_folder,
    secrets_of_uri,
    shown_flow,
    text_file,
    uri_of,
)

SCHEMES = st.from_regex(r"[a-zA-Z][a-z0-9+.-]{0,10}", fullmatch=True)
PRIVATE = st.from_regex(r"[A-Z]{8,20}", fullmatch=True)


@given(SCHEMES, st.text())
def test_a_uri_is_its_scheme_in_lower_case_and_the_rest(scheme: str, rest: str) -> None:
    uri = uri_of(f"{scheme}://{rest}")
    assert uri is not None
    assert (uri.scheme, uri.rest, uri.text) == (scheme.lower(), rest, f"{scheme}://{rest}")
    assert is_compiled(uri.text) == (scheme.lower() != "file")


@given(st.text())
def test_any_text_can_be_shown_and_looked_for(text: str) -> None:
    shown = shown_flow(text)
    assert len(shown) <= max(len(text), 301)
    assert "://" not in text or "\x1b" not in shown
    local_folder(text)
    uri = uri_of(text)
    if uri:
        list(secrets_of_uri(uri))
        text_file(uri.rest)


@given(SCHEMES, PRIVATE, PRIVATE, st.sampled_from(["token", "sig", "X-Amz-Signature", "api_key", "password"]))
def test_nothing_that_lets_in_is_shown(scheme: str, password: str, token: str, parameter: str) -> None:
    uri = f"{scheme}://ann:{password}@host/flow.yaml?a=b&{parameter}={token}"
    shown = shown_flow(uri)
    assert password not in shown
    assert token not in shown
    assert shown == f"{scheme}://host/flow.yaml?a=b&{parameter}=***"
    found = uri_of(uri)
    assert found is not None
    assert {value for _, value in secrets_of_uri(found)} == {password, token}


def test_a_password_is_known_as_it_is_written_and_as_it_is_meant() -> None:
    uri = uri_of("https://ann:p%40ss%2Fword@host/x")
    assert uri is not None
    assert {value for _, value in secrets_of_uri(uri)} == {"p%40ss%2Fword", "p@ss/word"}


@pytest.mark.parametrize(
    ("flow", "shown"),
    [
        ("flow.yaml", "flow.yaml"),
        ("-", "-"),
        ("yaml://{a: 1}", "<yaml>"),
        ("json:// {}", "<json>"),
        ("YAML://a: 1\nb: 2", "<yaml>"),
        ("yaml://flow.yaml", "yaml://flow.yaml"),
        ("https://token@host/x", "https://host/x"),
        ("my://a\x1b[31mb", "my://a␛[31mb"),
        (f"my://{'x' * 400}", f"my://{'x' * 295}…"),
    ],
)
def test_a_flow_has_a_name_that_people_may_see(flow: str, shown: str) -> None:
    assert shown_flow(flow) == shown


def test_the_folder_of_a_local_file_is_known_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my flows").mkdir()
    (tmp_path / "my flows/a.yaml").touch()
    folder = tmp_path / "my flows"
    for flow in (
        "my flows/a.yaml",
        f"file://{tmp_path}/my%20flows/a.yaml",
        f"file://localhost{tmp_path}/my%20flows/a.yaml",
        "yaml://my flows/a.yaml",
        "yaml://my%20flows/a.yaml",
        "json://my flows/a.yaml",
    ):
        assert local_folder(flow) == folder, flow
    for flow in (
        "nowhere.yaml",
        "yaml://{a: 1}",
        "https://host/my flows/a.yaml",
        "file://host/a.yaml",
        "sqlite://my flows/a.yaml",
    ):
        assert local_folder(flow) is None, flow

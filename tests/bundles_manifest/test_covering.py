"""No secret that stands in a manifest is shown with a finding about it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aetherflow.core.documents.covering import without_credentials
from aetherflow.core.documents.source_patterns import LOCATION_PATTERN, credentials_in
from aetherflow.core.operations.plugin_documents import read_plugin_documents
from tests.bundles_manifest.manifests import NAME, refusal, shown, write


def test_credentials_in_a_location_are_refused_and_not_shown() -> None:
    error = refusal(
        'bundle: {id: orders, source: {type: git, location: "https://me:s3cr:et@example.com/orders.git"}}\n'
    )
    assert shown(error) == (
        """\
error[AF-B107]: the location has credentials in it, and locations are shown and recorded
 --> manifest.yaml:2:61
  |
2 | bundle: {id: orders, source: {type: git, location: "https://**********@example.com/orders.git"}}
  |                                                             ^^^^^^^^^^
  |
  = write them under `resources`, and name that by `resource`

1 error"""
    )


@pytest.mark.parametrize(
    ("source_type", "advice"),
    [
        ("remote", "write them under `resources`, and name that by `resource`"),
        ("archive", "write them under `resources`, and name that by `resource`"),
        ("filesystem", "leave them out: a folder of this machine needs none"),
    ],
)
def test_where_credentials_belong_depends_on_the_type(source_type: str, advice: str) -> None:
    error = refusal(f"bundle: {{id: orders, source: {{type: {source_type}, location: 'sftp://me:secret@host/a'}}}}\n")
    assert [(finding.code, finding.hint) for finding in error.diagnostics] == [("AF-B107", advice)]


@pytest.mark.parametrize(
    ("location", "credentials"),
    [
        ("https://me:pw@host/a", "me:pw"),
        ("https://ghp_token@host/a", "ghp_token"),
        ("HTTP://token@host", "token"),
        ("git+https://token@host/a", "token"),
        ("ssh://git:pw@host/a", "git:pw"),
        ("sftp://me:p@ss@host/a", "me:p@ss"),
        ("sftp://:pw@host/a", ":pw"),
        ("simplecache::https://me:pw@host/a", "me:pw"),
        ("https://{{env.USER}}:{{env.PASSWORD}}@host/a", "{{env.USER}}:{{env.PASSWORD}}"),
        ("https://{{env.TOKEN:x}}@host/a", "{{env.TOKEN:x}}"),
    ],
)
def test_what_lets_somebody_in_is_found(location: str, credentials: str) -> None:
    assert credentials_in(location) == credentials
    assert not re.search(LOCATION_PATTERN, location)


@pytest.mark.parametrize(
    "location",
    [
        "ssh://git@host/a",
        "sftp://me@host:22/a",
        "sftp://{{env.USER:me}}@host/a",
        "git@host:orders.git",
        "https://host:8080/a@v1",
        "https://host/a?b=c:d@e",
        "smb://host/share",
        "sftp://me@[::1]:22/a",
        "./a@b:c",
        "{{env.URL:https://host/a}}",
    ],
)
def test_a_user_alone_and_other_signs_are_no_credentials(location: str) -> None:
    assert credentials_in(location) is None
    assert re.search(LOCATION_PATTERN, location)


def test_a_secret_that_is_written_in_a_resource_is_not_shown_with_its_line() -> None:
    error = refusal("""\
resources:
  store: {kinds: a, driver: b, config: {key: "pw", user: me}, decode: {config: {key: true}}}
""")
    assert "pw" not in shown(error)
    assert "3 |   store: {kinds: a, driver: b, config: {key: ****, user: me}, decode: {config: {key: true}}}" in shown(
        error
    )


def test_a_default_that_is_a_secret_is_not_shown_either() -> None:
    error = refusal("""\
resources:
  store: {kinds: a, driver: b, config: {key: "{{env.KEY:hunter2}}"}, decode: {config: {key: true}}}
""")
    assert "hunter2" not in shown(error)


def test_a_secret_behind_an_alias_is_not_shown_where_its_anchor_stands() -> None:
    error = refusal("""\
x-keys: {key: &key hunter2}
modus: hunter2 # not shown here either
resources:
  store: {kind: a, driver: b, config: {key: *key}, decode: {config: {key: true}}}
""")
    assert "hunter2" not in shown(error)


def test_a_secret_of_several_lines_keeps_its_lines() -> None:
    write("""\
resources:
  store:
    kind: a
    driver: b
    config:
      key: |
        first
        second
    decode: {config: {key: true}}
""")
    (text,) = read_plugin_documents(NAME, None, None).sources.values()
    assert "first" not in text
    assert "second" not in text
    assert text.count("\n") == 10


def test_credentials_are_not_shown_where_the_manifest_is_no_yaml() -> None:
    error = refusal('bundle: {source: {location: "https://me:secret@host/a?sig=abcdef"}}}\n')
    assert "secret" not in shown(error)
    assert "abcdef" not in shown(error)


def test_a_manifest_that_is_right_gives_a_text_without_secrets() -> None:
    write("resources: {store: {kind: a, driver: b, config: {key: hunter2}, decode: {config: {key: true}}}}\n")
    assert "hunter2" not in "".join(read_plugin_documents(NAME, None, None).sources.values())


@given(st.text(st.sampled_from("ahtps:/@?&=#{} \n.-"), max_size=40))
def test_covering_keeps_every_column(text: str) -> None:
    covered = without_credentials(text)
    assert [len(line) for line in covered.split("\n")] == [len(line) for line in text.split("\n")]

"""The operator's manifest is read whole or not at all, with every finding in its place."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.documents.operator_manifest import LoadedManifest
from aetherflow.core.documents.operator_manifest_reader import load_manifest
from aetherflow.core.documents.schemas import json_schema
from aetherflow.core.plugins.modes import stricter_mode
from tests.documents.reading import read, shown
from tests.documents.test_agreement import mutated

FOLDER = Path("/etc/aetherflow")

WHOLE = """\
version: 1
mode: Enterprise
secrets: {path: " ./secrets_hook.py"}
paths: {plugins: [./trusted_plugins, /srv/plugins/audit.py]}
trust:
  packages: [orders-plugin]
  overrides: [log]
  schemes: [https]
  signers: []
  require_signature: false
  require_isolation: none
x-notes: {team: data}
"""


def manifest(text: str) -> LoadedManifest:
    reading = load_manifest(read(text), FOLDER)
    assert reading.diagnostics == []
    assert reading.manifest is not None
    return reading.manifest


def found(text: str) -> list[Diagnostic]:
    reading = load_manifest(read(text), FOLDER)
    assert reading.manifest is None
    return reading.diagnostics


def messages(text: str) -> list[str]:
    return [f"{finding.code} {finding.message}" for finding in found(text)]


def test_a_whole_manifest_is_read() -> None:
    loaded = manifest(WHOLE)
    definition = loaded.definition
    assert definition.mode == "Enterprise"
    assert definition.paths.plugins == ["./trusted_plugins", "/srv/plugins/audit.py"]
    assert definition.trust.packages == ["orders-plugin"]
    assert definition.trust.overrides == ["log"]
    assert definition.trust.schemes == ["https"]
    assert (loaded.secrets_path, loaded.secrets_module) == (FOLDER / "secrets_hook.py", None)
    assert (loaded.span("paths", "plugins", 1).line, loaded.span("paths", "plugins", 1).column) == (4, 38)


def test_a_version_is_a_manifest() -> None:
    definition = manifest("version: 1").definition
    assert stricter_mode(definition.mode, None) == "internal_fast"
    assert stricter_mode(definition.mode, "enterprise") == "enterprise"
    assert (definition.secrets, definition.paths.plugins, definition.trust.packages) == (None, [], [])


def test_a_hook_may_be_a_module() -> None:
    loaded = manifest("version: 1\nsecrets: {module: our_company.secrets}")
    assert (loaded.secrets_path, loaded.secrets_module) == (None, "our_company.secrets")


def test_the_path_of_a_hook_may_be_absolute_and_a_tilde_means_nothing() -> None:
    assert manifest("version: 1\nsecrets: {path: /srv/hook.py}").secrets_path == Path("/srv/hook.py")
    assert manifest("version: 1\nsecrets: {path: ~/hook.py}").secrets_path == FOLDER / "~/hook.py"


def test_a_mode_that_is_written_and_empty_is_no_mode() -> None:
    assert messages("version: 1\nmode:") == ['AF-S103 "mode" must be a string, found nothing']
    with pytest.raises(InputError):
        stricter_mode(manifest('version: 1\nmode: ""').definition.mode, None)


def test_findings_stand_under_the_token_that_is_wrong() -> None:
    text = """\
version: 1
modus: enterprise
secrets: {path: a.py, module: b}
paths: {plugins: ./x}
trust:
  package: [orders]
"""
    assert shown(found(text), text) == (
        """\
error[AF-S101]: unknown key "modus" in a manifest
 --> flow.yaml:2:1
  |
2 | modus: enterprise
  | ^^^^^ did you mean "mode"?

error[AF-B110]: the secrets of the manifest name two hooks
 --> flow.yaml:3:1
  |
3 | secrets: {path: a.py, module: b}
  | ^^^^^^^
  |
  = there is one secrets hook: write its `path` or its `module`

error[AF-S103]: "plugins" must be a list of strings, found a string
 --> flow.yaml:4:18
  |
4 | paths: {plugins: ./x}
  |                  ^^^
  |
  = write [./x]

error[AF-S101]: unknown key "package" in the "trust" section
 --> flow.yaml:6:3
  |
6 |   package: [orders]
  |   ^^^^^^^ did you mean "packages"?

4 errors"""
    )


def test_what_this_version_cannot_protect_is_refused() -> None:
    text = """\
version: 1
trust:
  require_signature: true
  signers: [ops@example.com]
  require_isolation: worker
"""
    assert shown(found(text), text) == (
        """\
error[AF-P701]: "trust.require_signature" cannot be met: this version checks no signatures of plugins yet
 --> flow.yaml:3:22
  |
3 |   require_signature: true
  |                      ^^^^
  |
  = write false to run without that protection, or use a version of AetherFlow that has it

error[AF-P701]: "trust.signers" cannot be met: this version checks no signatures of plugins yet
 --> flow.yaml:4:12
  |
4 |   signers: [ops@example.com]
  |            ^^^^^^^^^^^^^^^^^
  |
  = remove it to run without that protection, or use a version of AetherFlow that has it

error[AF-P702]: "trust.require_isolation" cannot be met: this version runs plugins in its own process only
 --> flow.yaml:5:22
  |
5 |   require_isolation: worker
  |                      ^^^^^^
  |
  = write none to run without that protection, or use a version of AetherFlow that has it

3 errors"""
    )


@pytest.mark.parametrize("level", ["in_process", "worker", "confined"])
def test_every_isolation_above_none_is_refused(level: str) -> None:
    (finding,) = found(f"version: 1\ntrust: {{require_isolation: {level}}}")
    assert finding.code == "AF-P702"


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("mode: enterprise", 'AF-S102 a manifest has no "version"'),
        ("version: 2\nmodus: x", "AF-S201 manifests of version 2 are not known to this version of AetherFlow"),
        ('version: "1"', 'AF-S105 "version" cannot be "1"'),
        ("- version: 1", "AF-S103 the document must be a mapping (a manifest), found a list"),
        ("version: 1\nsecrets: {}", "AF-B110 the secrets of the manifest name no hook"),
        ('version: 1\nsecrets: {path: " "}', "AF-B110 the secrets of the manifest name no hook"),
        ("version: 1\nsecrets: {path: }", 'AF-S103 "path" must be a string, found nothing'),
        ("version: 1\nsecrets: {pat: a.py}", 'AF-S101 unknown key "pat" in the "secrets" section'),
        ('version: 1\nsecrets: {path: "a\\0.py"}', "AF-B111 the path of the secrets hook has a NUL character in it"),
        ("version: 1\npaths: {plugins: [1]}", 'AF-S103 "plugins[0]" must be a string, found an integer'),
        (
            "version: 1\ntrust: {require_signature: yes}",
            'AF-S103 "require_signature" must be true or false, found a string',
        ),
        ("version: 1\ntrust: {require_isolation: jail}", 'AF-S105 "require_isolation" cannot be "jail"'),
        ("version: 1\ntrust:", 'AF-S103 "trust" must be a mapping (the "trust" section), found nothing'),
        ("version: 1\ntrust: {x-notes: 1}", 'AF-S101 unknown key "x-notes" in the "trust" section'),
    ],
)
def test_what_is_wrong_is_one_finding(text: str, finding: str) -> None:
    assert messages(text) == [finding]


def test_a_missing_version_comes_with_what_to_write() -> None:
    (finding,) = found("mode: enterprise")
    assert finding.hint == 'add "version: 1"'


MANIFEST: dict[str, Any] = {
    "version": 1,
    "mode": "enterprise",
    "secrets": {"path": "a"},
    "paths": {"plugins": ["x"]},
    "trust": {
        "packages": ["a"],
        "overrides": ["b"],
        "schemes": ["https"],
        "signers": [],
        "require_signature": False,
        "require_isolation": "none",
    },
    "bundle": {
        "id": "orders",
        "source": {"type": "remote", "location": "s3://bucket/orders", "resource": "store"},
        "layout": {"flows_dir": "flows", "profiles_file": "p.yaml", "plugins_dir": "a/b", "plugins_file": "q.yaml"},
        "entry_flow": "flows/main.yaml",
        "fetch_policy": "always",
    },
    "resources": {"store": {"kind": "a", "driver": "b", "config": {"key": "x"}, "decode": {"config": {"key": True}}}},
    "archive_drivers": ["zipfile"],
    "env_files": ["env/common.env", {"path": "env/db.json", "type": "json", "optional": True, "prefix": "DB_"}],
    "x-note": {},
}
KEYS = st.sampled_from(
    [
        *(
            "version",
            "mode",
            "bundle",
            "resources",
            "env_files",
            "layout",
            "x-note",
            "id",
            "source",
            "type",
            "location",
        ),
        *(
            "ref",
            "sha256",
            "resource",
            "entry_flow",
            "flows_dir",
            "path",
            "optional",
            "prefix",
            "kind",
            "config",
            "a b",
        ),
    ]
)
VALUES: st.SearchStrategy[Any] = st.sampled_from(
    [
        *(
            None,
            True,
            1,
            "",
            "a",
            "..",
            "../a",
            "/a",
            "a/../b",
            "a//b",
            "./a",
            "a/.",
            "C:a",
            "a\\b",
            "a\n",
            "a\x7f",
            "é",
        ),
        *("git", "archive", "filesystem", "remote", "zipfile", "pyzipper", "always", "json", "dir", "a=b", "a b", " "),
        *("https://host/a", "https://me@host/a", "ssh://git@host/a", "ssh://git:pw@host/a", "-a", " -a", "a" * 5000),
        *("{{env.A}}", "https://{{env.A}}@host", "sftp://{{env.A:b}}@host/x", "{{ env.A }}", "git@host:a", "a@b:c@d"),
        *("0" * 64, "A" * 64, "g" * 64, "0" * 40, "https://host:80/a@b", "a::https://b:c@d", "HTTPS://b@c", "://a:b@c"),
        *(
            [],
            {},
            ["a"],
            ["../a"],
            [{}],
            [{"path": "/a"}],
            {"type": "git", "location": "a"},
            {"path": "a"},
            {"a b": {}},
        ),
    ]
)
RULES = Draft202012Validator(json_schema("manifest"))


def is_accepted(document: Any) -> bool:
    """Tell whether a manifest is right, what no version of this schema can demand or compare left aside."""
    reading = load_manifest(read(json.dumps(document)), FOLDER)
    if any(not finding.code.startswith(("AF-P7", "AF-B105")) for finding in reading.diagnostics):
        return False
    written = document.get("mode", "enterprise")
    return written in ("internal_fast", "enterprise")


@given(mutated(MANIFEST) | mutated(MANIFEST, KEYS, VALUES))
def test_the_schema_and_the_reader_agree(document: Any) -> None:
    assert RULES.is_valid(document) == is_accepted(document)


def test_the_manifest_that_is_changed_is_right_itself() -> None:
    assert RULES.is_valid(MANIFEST)
    assert is_accepted(MANIFEST)

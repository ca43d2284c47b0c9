"""What the manifest names must be in the bundle, each told at its place in the manifest."""

from pathlib import Path

import pytest
from inline_snapshot import snapshot

from aetherflow.core.bundles.layout import layout_findings
from aetherflow.core.bundles.listing import BundleListing
from aetherflow.core.diagnostics.text import render_text
from aetherflow.core.documents.operator_manifest_reader import load_manifest
from aetherflow.core.documents.reader import read_document
from aetherflow.core.documents.source import Source

FILES = ("flows/main.yaml", "profiles.yaml", "plugins/steps.py", "env/common.env", "env/secrets/token")


def told(text: str, *files: str, folders: tuple[str, ...] = ()) -> str:
    source = Source("m.yaml", text)
    document = read_document(source).document
    assert document is not None
    manifest = load_manifest(document, Path("/")).manifest
    assert manifest is not None
    listing = BundleListing(files=dict.fromkeys(files, "sha256:"), empty_folders=frozenset(folders))
    return render_text(layout_findings(manifest, listing), {"m.yaml": text})


def manifest(rest: str) -> str:
    return f"version: 1\nbundle:\n  id: orders\n  source: {{type: filesystem, location: .}}\n{rest}"


def test_a_bundle_that_has_everything_is_right() -> None:
    text = manifest(
        "  layout: {flows_dir: flows, profiles_file: profiles.yaml, plugins_dir: plugins}\n"
        "  entry_flow: flows/main.yaml\n"
        "env_files: [env/common.env, {path: env/secrets, type: dir}]\n"
    )
    assert told(text, *FILES) == ""


def test_what_is_left_to_the_defaults_may_be_absent() -> None:
    assert told(manifest(""), "anything") == ""


def test_an_entry_flow_that_is_absent_is_told_with_what_was_meant() -> None:
    assert told(manifest("  entry_flow: flows/mian.yaml\n"), *FILES) == snapshot("""\
error[AF-B218]: "flows/mian.yaml" is not in the bundle
 --> m.yaml:5:15
  |
5 |   entry_flow: flows/mian.yaml
  |               ^^^^^^^^^^^^^^^ did you mean "flows/main.yaml"?
  |
  = "bundle.entry_flow" names what the source must have

1 error\
""")


def test_what_is_absent_is_told_in_order_of_place() -> None:
    text = manifest("  layout: {flows_dir: jobs}\n  entry_flow: jobs/main.yaml\nenv_files: [env/none.env]\n")
    places = [line for line in told(text, *FILES).splitlines() if line.startswith(" -->")]
    assert places == [" --> m.yaml:5:23", " --> m.yaml:6:15", " --> m.yaml:7:13"]


def test_a_folder_in_the_place_of_a_file_is_told() -> None:
    assert told(manifest("  layout: {plugins_file: plugins}\n"), *FILES) == snapshot("""\
error[AF-B218]: "plugins" is a folder in the bundle, and should be a file
 --> m.yaml:5:26
  |
5 |   layout: {plugins_file: plugins}
  |                          ^^^^^^^
  |
  = "bundle.layout.plugins_file" names what the source must have

1 error\
""")


@pytest.mark.parametrize("entry", ["env/local.env", "{path: env/local.env}"])
def test_an_env_file_that_is_absent_is_told(entry: str) -> None:
    assert '"env/local.env" is not in the bundle' in told(manifest(f"env_files: [{entry}]\n"), *FILES)


def test_an_optional_env_file_may_be_absent() -> None:
    assert told(manifest("env_files: [{path: env/local.env, optional: true}]\n"), *FILES) == ""


def test_an_empty_folder_is_one() -> None:
    assert told(manifest("  layout: {plugins_dir: extras/plugins}\n"), "a", folders=("extras/plugins",)) == ""


def test_everything_that_is_absent_is_told() -> None:
    text = manifest("  layout: {flows_dir: f, profiles_file: p}\n  entry_flow: e\nenv_files: [x]\n")
    assert told(text, "a").count("AF-B218") == 4

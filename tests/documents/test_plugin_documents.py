"""Manifest and plugins file are found where they are named, and everything wrong with both is said at once."""

from pathlib import Path

import pytest

from aetherflow.core.contracts.errors import AetherFlowError, InputError, PluginRefused
from aetherflow.core.diagnostics.text import render_text
from aetherflow.core.operations.plugin_documents import read_plugin_documents
from aetherflow.core.plugins.origins import ManifestOrigins


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def place(name: str, content: str | bytes) -> str:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return name


def refused(manifest: str | None, plugins_file: str | None = None, beside: Path | None = None) -> AetherFlowError:
    with pytest.raises(AetherFlowError) as caught:
        read_plugin_documents(manifest, plugins_file, beside)
    return caught.value


def text_of(error: AetherFlowError) -> str:
    return render_text(error.diagnostics, error.sources)


def test_nothing_asked_for_is_nothing_read(tmp_path: Path) -> None:
    documents = read_plugin_documents(None, None, tmp_path)
    assert (documents.manifest, documents.plugins_file, dict(documents.sources)) == (None, None, {})
    assert documents.origins() is None


def test_the_folder_of_a_manifest_is_where_it_was_named(tmp_path: Path) -> None:
    place(
        "real/manifest.yaml", "version: 1\npaths: {plugins: [./a]}\nsecrets: {path: hook.py}\ntrust: {packages: [b]}\n"
    )
    Path("ops").mkdir()
    Path("ops/manifest.yaml").symlink_to("../real/manifest.yaml")
    documents = read_plugin_documents("ops/manifest.yaml", None, None)
    assert documents.manifest is not None
    assert documents.manifest.folder == tmp_path / "ops"
    assert list(documents.sources) == ["ops/manifest.yaml"]
    assert documents.origins() == ManifestOrigins(
        folder=str(tmp_path / "ops"),
        plugin_paths=("./a",),
        path_spans=(documents.manifest.span("paths", "plugins", 0),),
        trusted_packages=("b",),
        secrets="hook.py",
    )


def test_origins_name_a_module_as_the_hook() -> None:
    place("m.yaml", "version: 1\nsecrets: {module: our.hook}\n")
    origins = read_plugin_documents("m.yaml", None, None).origins()
    assert origins is not None
    assert origins.secrets == "our.hook"


def test_plugins_yaml_beside_the_flow_is_read(tmp_path: Path) -> None:
    place("flows/plugins.yaml", "allow_overrides: [log]\n")
    documents = read_plugin_documents(None, None, tmp_path / "flows")
    assert documents.plugins_file is not None
    assert documents.plugins_file.definition.allow_overrides == ["log"]
    assert list(documents.sources) == ["flows/plugins.yaml"]


def test_a_named_plugins_file_stands_in_the_place_of_plugins_yaml(tmp_path: Path) -> None:
    place("plugins.yaml", "this is: wrong\n")
    place("mine.yaml", "allow_overrides: [log]\n")
    documents = read_plugin_documents(None, "mine.yaml", tmp_path)
    assert list(documents.sources) == ["mine.yaml"]


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n"])
def test_an_empty_plugins_yaml_says_nothing(text: str, tmp_path: Path) -> None:
    place("plugins.yaml", text)
    assert read_plugin_documents(None, None, tmp_path).plugins_file is None


def test_an_empty_manifest_is_no_manifest() -> None:
    place("m.yaml", "# nothing yet\n")
    assert text_of(refused("m.yaml")) == (
        """\
error[AF-Y006]: the manifest is empty
 --> m.yaml:1:1
  |
1 | # nothing yet
  | ^
  |
  = a manifest begins with "version: 1"

1 error"""
    )


def test_a_missing_manifest_is_named_with_its_neighbour() -> None:
    place("manifest.yaml", "version: 1")
    error = refused("manifest.yml")
    assert isinstance(error, InputError)
    assert (error.message, error.hint) == ('there is no file "manifest.yml"', 'did you mean "manifest.yaml"?')


def test_a_missing_plugins_file_is_an_error(tmp_path: Path) -> None:
    assert refused(None, "none.yaml", tmp_path).message == 'there is no file "none.yaml"'


def test_a_link_that_leads_nowhere_is_no_missing_plugins_yaml(tmp_path: Path) -> None:
    Path("plugins.yaml").symlink_to("gone.yaml")
    assert refused(None, None, tmp_path).message == 'there is no file "plugins.yaml"'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x7fELF\0\0", "this is a binary file, not a text"),
        (b"mode: \xe9", "the byte 0xE9 at offset 6 is not valid UTF-8"),
        (b"\xff\xfea\0", "the document is encoded as UTF-16, not as UTF-8"),
    ],
)
def test_what_is_no_text_is_a_finding(content: bytes, message: str) -> None:
    place("m.yaml", content)
    error = refused("m.yaml")
    assert (error.exit_code, error.message) == (2, message)


def test_a_folder_is_no_manifest() -> None:
    Path("ops").mkdir()
    place("ops/manifest.yaml", "version: 1")
    error = refused("ops")
    assert (error.exit_code, error.message) == (2, '"ops" is a directory, not a file')
    assert error.hint == "give the path of a file in it, for example ops/manifest.yaml"


def test_a_manifest_that_cannot_be_read_is_a_finding() -> None:
    assert refused("/proc/self/mem").message == '"/proc/self/mem" cannot be read: input/output error'


@pytest.mark.parametrize("name", ["a\0b", "x/" * 3000, "m.yaml/below", ""])
def test_no_name_of_a_file_ends_in_another_error(name: str) -> None:
    place("m.yaml", "version: 1")
    assert isinstance(refused(name), InputError)
    assert isinstance(refused(None, name), InputError)


def test_findings_of_both_documents_come_together_with_their_lines(tmp_path: Path) -> None:
    place("m.yaml", "version: 1\nmodus: enterprise\n")
    place("plugins.yaml", "allow_override: []\n")
    assert text_of(refused("m.yaml", None, tmp_path)) == (
        """\
error[AF-S101]: unknown key "modus" in a manifest
 --> m.yaml:2:1
  |
2 | modus: enterprise
  | ^^^^^ did you mean "mode"?

error[AF-S101]: unknown key "allow_override" in a plugins file
 --> plugins.yaml:1:1
  |
1 | allow_override: []
  | ^^^^^^^^^^^^^^ did you mean "allow_overrides"?

2 errors"""
    )


def test_wrong_yaml_is_a_finding() -> None:
    place("m.yaml", "version: 1\nversion: 1\n")
    assert refused("m.yaml").exit_code == 2


def test_what_the_manifest_demands_and_nobody_can_give_is_a_refusal_whatever_else_is_wrong(tmp_path: Path) -> None:
    place("m.yaml", "version: 1\nbundle: {id: a}\ntrust: {require_signature: true}\n")
    place("plugins.yaml", "workflow_plugins: []\n")
    error = refused("m.yaml", None, tmp_path)
    assert isinstance(error, PluginRefused)
    assert error.exit_code == 3
    assert error.message.startswith('"trust.require_signature" cannot be met')
    assert [finding.code for finding in error.diagnostics] == ["AF-S102", "AF-P701", "AF-S103"]

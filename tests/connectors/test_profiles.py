"""Where profiles are taken from, and what stands secret in documents."""

from pathlib import Path

import pytest

from aetherflow.core.connectors.profiles import declared_secrets, load_profiles_for
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.documents.flow import Decode, Resource
from aetherflow.core.documents.profiles import LoadedProfiles, Profile
from aetherflow.core.environment.settings import Settings


def test_without_any_source_there_are_no_profiles(tmp_path: Path) -> None:
    assert load_profiles_for(Settings(), tmp_path).profiles == {}


def test_profiles_beside_the_flow_are_found(tmp_path: Path) -> None:
    (tmp_path / "profiles.yaml").write_text("dev: {config: {path: a.db}}\n")
    loaded = load_profiles_for(Settings(), tmp_path)
    assert loaded.profiles["dev"].config == {"path": "a.db"}
    assert loaded.document is not None


def test_the_named_file_wins_over_the_one_beside_the_flow_and_json_over_both(tmp_path: Path) -> None:
    (tmp_path / "profiles.yaml").write_text("beside: {}\n")
    named = tmp_path / "named.yaml"
    named.write_text("named: {}\n")
    assert list(load_profiles_for(Settings(profiles_file=named), tmp_path).profiles) == ["named"]
    both = Settings(profiles_file=named, profiles_json='{"json": {"config": {"a": "\\u00e9\\/\\ud83d\\ude00"}}}')
    profiles = load_profiles_for(both, tmp_path).profiles
    assert list(profiles) == ["json"]
    assert profiles["json"].config == {"a": "é/😀"}


def test_a_named_file_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r'the profiles file "no\.yaml" cannot be read: no such file or directory'
    ) as refused:
        load_profiles_for(Settings(profiles_file=Path("no.yaml")), tmp_path)
    assert [finding.code for finding in refused.value.diagnostics] == ["AF-E401"]


def test_wrong_profiles_are_placed_in_their_file(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text("dev:\n  settings: {}\n")
    with pytest.raises(InputError) as raised:
        load_profiles_for(Settings(profiles_file=path), tmp_path)
    span = raised.value.diagnostics[0].span
    assert span is not None
    assert (span.file, span.line, span.column) == (str(path), 2, 3)
    assert raised.value.sources == {str(path): "dev:\n  settings: {}\n"}


@pytest.mark.parametrize("text", ["{dev: {}}", "dev.yaml", "[" * 100_000])
def test_a_profiles_variable_that_is_no_json_is_one_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match="AETHERFLOW_PROFILES_JSON is not JSON") as raised:
        load_profiles_for(Settings(profiles_json=text), tmp_path)
    assert [finding.code for finding in raised.value.diagnostics] == ["AF-E402"]


def test_findings_about_the_profiles_variable_show_nothing_of_its_text(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        load_profiles_for(Settings(profiles_json='{"dev": {"settings": {"password": "hunter22"}}}'), tmp_path)
    assert raised.value.sources == {}
    assert [finding.span for finding in raised.value.diagnostics] == [None]


def test_marked_literals_and_defaults_in_documents_are_secrets() -> None:
    profiles = LoadedProfiles(None, {"p": Profile(config={"key": "profile-key"}, decode=Decode(config={"key": True}))})
    resource = Resource(
        kind="db",
        driver="x",
        profile="p",
        config={"password": "{{env.PW:fallback}}", "user": "me", "token": "{{env.T}}"},
        decode=Decode(config={"password": True, "token": True, "missing": True}),
    )
    assert set(declared_secrets("db", resource, profiles)) == {
        ("resource:db.config.key.encoded", "profile-key"),
        ("resource:db.config.password.encoded", "fallback"),
    }

"""The snapshot: env files over the process's environment, in order, with origins and findings."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from aetherflow.core.contracts.diagnostic import Severity
from aetherflow.core.contracts.span import Span
from aetherflow.core.environment.snapshot import Snapshot, take_snapshot


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def snapshot_with(*files: Any, **process: str) -> Snapshot:
    return take_snapshot({**process, "AETHERFLOW_ENV_FILES_JSON": json.dumps(files)})


def own_values(snapshot: Snapshot) -> Mapping[str, str]:
    return {name: value for name, value in snapshot.values.items() if name != "AETHERFLOW_ENV_FILES_JSON"}


def messages(snapshot: Snapshot) -> list[str]:
    return [f"{finding.severity} {finding.code} {finding.message}" for finding in snapshot.diagnostics]


def test_without_env_files_the_snapshot_is_the_process_environment() -> None:
    snapshot = take_snapshot({"A": "1"})
    assert dict(snapshot.values) == {"A": "1"}
    assert dict(snapshot.origins) == {"A": "process"}
    assert snapshot.diagnostics == ()


def test_the_snapshot_cannot_be_written_and_does_not_follow_its_source() -> None:
    process = {"A": "1"}
    snapshot = take_snapshot(process)
    process["A"] = "2"
    assert snapshot.values["A"] == "1"
    with pytest.raises(TypeError):
        snapshot.values["A"] = "3"  # type: ignore[index]  # that it is refused is the claim


def test_later_files_win_over_earlier_ones_and_all_over_the_process() -> None:
    Path("one.env").write_text("A=one\nB=one\n")
    Path("two.json").write_text('{"B": "two"}')
    snapshot = snapshot_with("one.env", {"type": "json", "path": "two.json"}, A="process", C="process")
    assert own_values(snapshot) == {"A": "one", "B": "two", "C": "process"}
    assert {name: snapshot.origins[name] for name in "ABC"} == {"A": "one.env", "B": "two.json", "C": "process"}


def test_dotenv_quotes_comments_and_export_are_understood_and_nothing_is_expanded() -> None:
    Path("a.env").write_text(
        "# comment\nexport A='single $X'\nB=\"two\\nlines\" # comment\nC=${A}-$HOME\nD=\nE=a=b\n", encoding="utf-8-sig"
    )
    assert own_values(snapshot_with("a.env")) == {
        "A": "single $X",
        "B": "two\nlines",
        "C": "${A}-$HOME",
        "D": "",
        "E": "a=b",
    }


def test_json_scalars_become_text_as_they_are_written() -> None:
    Path("a.json").write_text('{"A": 5432, "B": 1.10, "C": true, "D": "text", "E": 1e3}')
    values = own_values(snapshot_with({"type": "json", "path": "a.json"}))
    assert values == {"A": "5432", "B": "1.10", "C": "true", "D": "text", "E": "1e3"}


def test_a_folder_gives_a_variable_per_file_as_kubernetes_mounts_secrets() -> None:
    data = Path("secrets/..2024_01_01")
    data.mkdir(parents=True)
    (data / "DB_PASSWORD").write_text("hunter22\n")
    Path("secrets/..data").symlink_to("..2024_01_01")
    Path("secrets/DB_PASSWORD").symlink_to("..data/DB_PASSWORD")
    Path("secrets/KEY").write_bytes(b"line\n\r\n")
    Path("secrets/folder").mkdir()
    values = own_values(snapshot_with({"type": "dir", "path": "secrets"}))
    assert values == {"DB_PASSWORD": "hunter22", "KEY": "line\n"}


def test_a_prefix_is_put_before_every_name() -> None:
    Path("a.env").write_text("HOST=h\n")
    assert own_values(snapshot_with({"path": "a.env", "prefix": "DB_"})) == {"DB_HOST": "h"}


def test_home_is_expanded_in_paths(tmp_path: Path) -> None:
    (tmp_path / "a.env").write_text("A=1\n")
    assert own_values(snapshot_with("~/a.env", HOME=str(tmp_path)))["A"] == "1"


@pytest.mark.parametrize("prefix", ["", "AETHERFLOW_"])
def test_no_env_file_sets_what_configures_the_runner(prefix: str) -> None:
    name = "MODE" if prefix else "AETHERFLOW_MODE"
    Path("a.env").write_text(f"{name}=enterprise\n")
    snapshot = snapshot_with({"path": "a.env", "prefix": prefix}, AETHERFLOW_MODE="internal_fast")
    assert snapshot.values["AETHERFLOW_MODE"] == "internal_fast"
    assert messages(snapshot) == [
        'warning AF-E106 "AETHERFLOW_MODE" in the env file "a.env" is ignored: AETHERFLOW_* is set by the process alone'
    ]


def test_a_missing_file_is_an_error_that_says_where_it_was_looked_for(tmp_path: Path) -> None:
    snapshot = snapshot_with("absent.env")
    assert messages(snapshot) == ['error AF-E102 the env file "absent.env" does not exist']
    assert snapshot.diagnostics[0].notes == (f'looked for in the current directory "{tmp_path}"',)


@pytest.mark.parametrize("file_type", ["dotenv", "json", "dir"])
def test_an_optional_file_may_be_missing(file_type: str) -> None:
    assert messages(snapshot_with({"type": file_type, "path": "absent", "optional": True})) == []


@pytest.mark.parametrize("optional", [True, False])
def test_a_file_of_another_type_is_an_error_even_where_it_is_optional(optional: bool) -> None:
    Path("folder").mkdir()
    Path("file").write_text("")
    snapshot = snapshot_with(
        {"path": "folder", "optional": optional}, {"type": "dir", "path": "file", "optional": optional}
    )
    assert messages(snapshot) == [
        'error AF-E103 the env file "folder" cannot be read: is a directory',
        'error AF-E103 the env file "file" cannot be read: it is no folder',
    ]


def test_a_malformed_dotenv_line_is_placed_and_never_quoted() -> None:
    Path("a.env").write_text("A=1\n\n# comment\nhunter22 hunter22\nB=2\n")
    snapshot = snapshot_with("a.env")
    assert messages(snapshot) == ['error AF-E104 line 4 of the env file "a.env" is not a dotenv assignment']
    assert snapshot.diagnostics[0].span == Span("a.env", 4, 1, 4, 1)
    assert own_values(snapshot) == {"A": "1", "B": "2"}


def test_a_name_without_value_is_a_warning() -> None:
    Path("a.env").write_text("A=1\nexport A\n")
    snapshot = snapshot_with("a.env")
    assert messages(snapshot) == ['warning AF-E104 "A" has no value in the env file "a.env" and is left as it was']
    assert snapshot.diagnostics[0].span == Span("a.env", 2, 1, 2, 1)
    assert own_values(snapshot) == {"A": "1"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"A": 1,}', 'the env file "a.json" cannot be used: it is not JSON: '),
        ("[1]", 'the env file "a.json" cannot be used: it is no mapping of names to values'),
        ('{"A": [1]}', '"A" in the env file "a.json" is not a text, a number or a boolean'),
        ('{"A": null}', '"A" in the env file "a.json" is not a text, a number or a boolean'),
        ('{"A": NaN}', '"A" in the env file "a.json" is not a text, a number or a boolean'),
        ("[" * 100_000, 'the env file "a.json" cannot be used: it is nested too deeply'),
    ],
)
def test_what_is_no_flat_json_mapping_is_an_error(text: str, message: str) -> None:
    Path("a.json").write_text(text)
    found = messages(snapshot_with({"type": "json", "path": "a.json"}))
    assert [each.startswith(f"error AF-E105 {message}") for each in found] == [True]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"A=1\nB=\xff\n", "it is not UTF-8 text"),
        (b"A=1\nB=\x00\n", "it contains a NUL character"),
    ],
)
def test_what_is_no_text_is_an_error_with_its_line(data: bytes, message: str) -> None:
    Path("a.env").write_bytes(data)
    snapshot = snapshot_with("a.env")
    assert messages(snapshot) == [f'error AF-E103 the env file "a.env" cannot be read: {message}']
    assert snapshot.diagnostics[0].span == Span("a.env", 2, 1, 2, 1)


def test_a_binary_file_in_a_folder_is_named() -> None:
    Path("secrets").mkdir()
    Path("secrets/GOOD").write_text("good")
    Path("secrets/KEYSTORE").write_bytes(b"\xfe\xed\xfe\xed")
    snapshot = snapshot_with({"type": "dir", "path": "secrets"})
    assert messages(snapshot) == ['error AF-E103 the env file "secrets/KEYSTORE" cannot be read: it is not UTF-8 text']
    assert own_values(snapshot) == {"GOOD": "good"}


def test_an_impossible_name_is_an_error() -> None:
    Path("a.json").write_text('{"A=B": "1", "": "2"}')
    assert messages(snapshot_with({"type": "json", "path": "a.json"})) == [
        'error AF-E107 "A=B" in the env file "a.json" cannot be the name of a variable',
        'error AF-E107 "" in the env file "a.json" cannot be the name of a variable',
    ]


@pytest.mark.parametrize("text", ["a.env", '"a.env"', '{"path": "a.env"}', '[{"pth": "a.env"}]', "[1]", "[" * 100_000])
def test_a_wrong_list_of_env_files_is_one_error(text: str) -> None:
    snapshot = take_snapshot({"A": "1", "AETHERFLOW_ENV_FILES_JSON": text})
    assert [finding.code for finding in snapshot.diagnostics] == ["AF-E101"]
    assert snapshot.diagnostics[0].severity is Severity.ERROR
    assert snapshot.values["A"] == "1"


@pytest.mark.parametrize("field", ["path", "prefix"])
def test_an_env_file_with_a_nul_character_in_its_entry_is_one_error(field: str) -> None:
    snapshot = snapshot_with("a.env", {"path": "b", field: "a\0b", "optional": True}, A="1")
    assert messages(snapshot) == [
        "error AF-E101 AETHERFLOW_ENV_FILES_JSON is not a JSON list of env files: "
        f"the {field} contains a NUL character - at `$[1]`"
    ]

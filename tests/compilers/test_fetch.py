"""A flow's text is fetched from a path, a file URI or stdin; what cannot be had is a finding."""

from pathlib import Path

import pytest

from aetherflow.core.compilers.fetch import fetch_source
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.documents.source import MAX_DOCUMENT_BYTES


def no_stdin() -> bytes:
    raise AssertionError("stdin was read")


def refused(flow: str) -> InputError:
    with pytest.raises(InputError) as caught:
        fetch_source(flow, stdin=no_stdin)
    assert caught.value.exit_code == 2
    assert len(caught.value.diagnostics) == 1
    return caught.value


def test_a_path_is_read_and_names_the_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "flow.yaml").write_text("a: é", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    source = fetch_source("flow.yaml", stdin=no_stdin)
    assert (source.name, source.text) == ("flow.yaml", "a: é")


def test_a_file_uri_is_read_with_its_escapes(tmp_path: Path) -> None:
    (tmp_path / "my flow.yaml").write_text("a: 1")
    assert fetch_source(f"file://{tmp_path}/my%20flow.yaml", stdin=no_stdin).text == "a: 1"
    assert fetch_source(f"file://localhost{tmp_path}/my%20flow.yaml", stdin=no_stdin).text == "a: 1"


def test_a_dash_is_stdin() -> None:
    source = fetch_source("-", stdin=lambda: b"a: 1")
    assert (source.name, source.text) == ("<stdin>", "a: 1")


def test_a_missing_file_is_named_with_its_nearest_neighbour(tmp_path: Path) -> None:
    (tmp_path / "orders.yaml").touch()
    error = refused(f"{tmp_path}/order.yaml")
    assert error.message == f'there is no file "{tmp_path}/order.yaml"'
    assert error.hint == f'did you mean "{tmp_path}/orders.yaml"?'


def test_a_missing_relative_path_says_from_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert refused("x/flow.yaml").hint == f"the path is relative to {tmp_path}"


def test_a_directory_is_a_finding_that_names_a_flow_in_it(tmp_path: Path) -> None:
    (tmp_path / "main.yaml").touch()
    error = refused(str(tmp_path))
    assert error.message == f'"{tmp_path}" is a directory, not a file'
    assert error.hint == f"give the path of a file in it, for example {tmp_path}/main.yaml"


def test_a_file_without_the_right_to_read_is_a_finding(without_root: Path) -> None:
    file = without_root / "flow.yaml"
    file.touch(mode=0o000)
    assert refused(str(file)).message == f'"{file}" cannot be read: permission denied'


@pytest.mark.parametrize("path", ["a\0b", "x" * 5000, ""])
def test_a_path_that_can_be_no_file_is_a_finding(path: str) -> None:
    refused(path)


def test_a_path_through_a_file_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert (
        refused(f"{tmp_path}/file/flow.yaml").message == f'"{tmp_path}/file/flow.yaml" cannot be read: not a directory'
    )


def test_a_file_uri_of_another_host_is_a_finding() -> None:
    assert refused("file://server/flow.yaml").diagnostics[0].code == "AF-Y014"


def test_a_file_beyond_the_cap_is_a_finding(tmp_path: Path) -> None:
    file = tmp_path / "flow.yaml"
    with file.open("wb") as sparse:
        sparse.truncate(MAX_DOCUMENT_BYTES + 1)
    assert refused(str(file)).diagnostics[0].code == "AF-Y001"


def test_an_endless_device_is_a_finding() -> None:
    assert refused("/dev/zero").diagnostics[0].code == "AF-Y001"

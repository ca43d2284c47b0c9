"""What keeps a document's file from being read is a finding."""

import os
from pathlib import Path

import pytest

from aetherflow.core.contracts.errors import InputError
from aetherflow.core.documents.files import read_source


def told(path: Path) -> str:
    """Give what is said of a file that cannot be read."""
    with pytest.raises(InputError) as refused:
        read_source(path.name, path)
    (finding,) = refused.value.diagnostics
    return f"{finding.code} {finding.message}: {finding.hint}"


def test_a_missing_file_is_named_with_its_neighbour(tmp_path: Path) -> None:
    (tmp_path / "orders.yaml").touch()
    assert told(tmp_path / "order.yaml") == (
        f'AF-Y010 there is no file "order.yaml": did you mean "{tmp_path}/orders.yaml"?'
    )


def test_a_folder_is_told_from_a_file(tmp_path: Path) -> None:
    assert told(tmp_path) == f'AF-Y011 "{tmp_path.name}" is a directory, not a file: give the path of a file'


def test_a_pipe_is_not_waited_for_unless_it_may_be_one(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert told(tmp_path / "pipe") == 'AF-Y012 "pipe" cannot be read: not a regular file: give the path of a file'

"""A bench for every test."""

from pathlib import Path

import pytest

from tests.explain.explaining import Bench


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Give an empty folder, the current one, to explain flows in."""
    monkeypatch.chdir(tmp_path)
    return Bench(tmp_path)

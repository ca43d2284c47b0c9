"""Manifests as an operator writes them, read from files."""

from pathlib import Path

import pytest

from aetherflow.core.contracts.errors import AetherFlowError
from aetherflow.core.diagnostics.text import render_text
from aetherflow.core.documents.operator_manifest import LoadedManifest
from aetherflow.core.operations.plugin_documents import read_plugin_documents

NAME = "manifest.yaml"


def write(text: str) -> None:
    """Write a manifest of version 1 into the current directory."""
    Path(NAME).write_text(f"version: 1\n{text}", encoding="utf-8")


def manifest(text: str) -> LoadedManifest:
    """Read a manifest in which nothing is wrong."""
    write(text)
    loaded = read_plugin_documents(NAME, None, None).manifest
    assert loaded is not None
    return loaded


def refusal(text: str) -> AetherFlowError:
    """Read a manifest in which something is wrong."""
    write(text)
    with pytest.raises(AetherFlowError) as caught:
        read_plugin_documents(NAME, None, None)
    return caught.value


def shown(error: AetherFlowError) -> str:
    """Render what an error says, as a user sees it."""
    return render_text(error.diagnostics, error.sources, mask=error.mask)


def found(text: str) -> list[str]:
    """Give code and message of everything that is wrong with a manifest."""
    return [f"{finding.code} {finding.message}" for finding in refusal(text).diagnostics]

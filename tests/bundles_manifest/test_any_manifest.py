"""Whatever a manifest says, there are findings or a manifest, and nothing else."""

import json
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from aetherflow.core.contracts.errors import AetherFlowError
from aetherflow.core.operations.bundle_documents import bundle_source
from aetherflow.core.operations.plugin_documents import read_plugin_documents
from tests.bundles_manifest.manifests import shown
from tests.documents.test_agreement import mutated
from tests.documents.test_operator_manifest import KEYS, MANIFEST, VALUES

TEMPLATES = st.sampled_from(
    [
        *("{{env.A}}", "{{env.A:b}}", "{{", "{{env}}", "{{a.b}}", r"\{{a}}", "x{{params.a}}{{b}}", "{{env.B}}"),
        *(True, False, {"key": True}, {"config": {"key": True}}, {"config": {"a": {"b": True}}}, [True], "key", 5),
    ]
)


@given(mutated(MANIFEST, KEYS | st.sampled_from(["decode", "key"]), VALUES | TEMPLATES), st.sampled_from(["", "a b"]))
def test_no_manifest_ends_in_another_error(document: Any, value: str) -> None:
    Path("manifest.json").write_text(json.dumps(document), encoding="utf-8")
    try:
        loaded = read_plugin_documents("manifest.json", None, None).manifest
        assert loaded is not None
        if loaded.bundle:
            source = bundle_source(loaded, {"A": value}, None)
            assert source.location
    except AetherFlowError as error:
        assert shown(error)
        assert all(finding.span for finding in error.diagnostics)

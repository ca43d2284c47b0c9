"""The mode is the stricter of what the manifest and the environment say."""

import pytest

from aetherflow.core.contracts.errors import InputError
from aetherflow.core.contracts.span import Span
from aetherflow.core.plugins.modes import stricter_mode


@pytest.mark.parametrize(
    ("manifest", "environment", "mode"),
    [
        (None, None, "internal_fast"),
        ("internal_fast", None, "internal_fast"),
        (None, "internal_fast", "internal_fast"),
        ("enterprise", None, "enterprise"),
        (None, "enterprise", "enterprise"),
        ("internal_fast", "enterprise", "enterprise"),
        ("enterprise", "internal_fast", "enterprise"),
        ("enterprise", "enterprise", "enterprise"),
        (" Enterprise\t", " INTERNAL_FAST ", "enterprise"),
        ("\nINTERNAL_fast", None, "internal_fast"),
    ],
)
def test_the_stricter_mode_counts(manifest: str | None, environment: str | None, mode: str) -> None:
    assert stricter_mode(manifest, environment) == mode


@pytest.mark.parametrize(
    "word", ["", " ", "entreprise", "enterprise!", "internal-fast", "fast", "enterprise,", "ente rprise"]
)
def test_what_is_no_mode_is_refused_also_beside_a_strict_one(word: str) -> None:
    with pytest.raises(InputError) as raised:
        stricter_mode(word, "enterprise")
    assert [finding.code for finding in raised.value.diagnostics] == ["AF-P101"]


def test_every_unknown_mode_is_named_with_its_owner_and_place() -> None:
    span = Span("manifest.yaml", 2, 7, 2, 17)
    with pytest.raises(InputError) as raised:
        stricter_mode("entreprise", "fast", manifest_span=span)
    first, second = raised.value.diagnostics
    assert (first.message, first.label, first.span) == (
        'the mode "entreprise" of the manifest is unknown',
        'did you mean "enterprise"?',
        span,
    )
    assert second.message == 'the mode "fast" of AETHERFLOW_MODE is unknown'
    assert second.hint == "accepted are: internal_fast, enterprise"

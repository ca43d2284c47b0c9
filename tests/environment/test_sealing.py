"""Stored values hold references in the place of secrets, and come back whole."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aetherflow.core.contracts.errors import ResumeStopped
from aetherflow.core.environment.masking import Masker
from aetherflow.core.environment.sealing import MARK, UnknownSecret
from aetherflow.core.environment.secret_forms import forms_of

SECRETS = {
    "env:ONE": "abcdef12",
    "env:TWO": "def12345",
    "env:MANY": "first line\nsecond+line\n",
    "resource:db.config.password": 'qu"ote\\ & spa/ce',
}
TEXTS = st.one_of(
    st.text(max_size=10),
    st.lists(
        st.sampled_from(
            [text for value in SECRETS.values() for _, text in forms_of(value)] + ["x", " ", "12345", "***"]
        ),
        max_size=4,
    ).map("".join),
)
KEYS = st.one_of(st.text(max_size=5), st.sampled_from([MARK, "text", "literal"]))
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), TEXTS)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=8,
)


@given(VALUES)
def test_unsealing_gives_back_what_was_sealed(value: object) -> None:
    masker = Masker(SECRETS.items())
    assert masker.unseal(masker.seal(value)) == value


@given(VALUES)
def test_unsealing_gives_back_what_went_through_json(value: object) -> None:
    masker = Masker(SECRETS.items())
    assert masker.unseal(json.loads(json.dumps(masker.seal(value)))) == value


@given(TEXTS)
def test_a_sealed_text_contains_no_secret_in_any_form(text: str) -> None:
    sealed = Masker(SECRETS.items()).seal(text)
    parts = [sealed] if isinstance(sealed, str) else [part for part in sealed[MARK]["text"] if isinstance(part, str)]
    forms = [form for value in SECRETS.values() for _, form in forms_of(value)]
    assert [form for form in forms for part in parts if form in part] == []


@given(VALUES)
def test_values_are_sealed_without_any_secret_too(value: object) -> None:
    masker = Masker()
    assert masker.unseal(masker.seal(value)) == value


def test_a_reference_names_the_origin_and_the_form() -> None:
    masker = Masker([("env:DB_PASSWORD", "hunter22")])
    assert masker.seal({"url": "db://u:hunter22@h"}) == {
        "url": {"$aetherflow": {"text": ["db://u:", ["env:DB_PASSWORD", "plain"], "@h"]}}
    }


def test_data_that_looks_like_a_reference_stays_data() -> None:
    value = {"$aetherflow": {"text": [["env:DB_PASSWORD", "plain"]]}}
    masker = Masker([("env:DB_PASSWORD", "hunter22")])
    assert masker.seal(value) == {"$aetherflow": {"literal": value}}
    assert masker.unseal(masker.seal(value)) == value


def test_a_changed_secret_is_put_back_as_it_is_now() -> None:
    sealed = Masker([("env:PASSWORD", "old-secret")]).seal(["p=old-secret"])
    assert Masker([("env:PASSWORD", "new")]).unseal(sealed) == ["p=new"]


def test_an_unknown_secret_is_named() -> None:
    sealed = Masker([("env:PASSWORD", "old-secret")]).seal("old-secret")
    with pytest.raises(UnknownSecret, match='the secret "env:PASSWORD", which is not known now') as raised:
        Masker().unseal(sealed)
    assert raised.value.origin == "env:PASSWORD"
    assert isinstance(raised.value, ResumeStopped)


def test_a_line_that_the_secret_no_longer_has_is_named() -> None:
    sealed = Masker([("env:KEY", "line one\nline two")]).seal("line two")
    with pytest.raises(UnknownSecret, match="env:KEY"):
        Masker([("env:KEY", "single line")]).unseal(sealed)

"""What the masking sink hides, in which forms, and what it leaves alone."""

import base64
import json
import shlex
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aetherflow.core.contracts.status import StepStatus
from aetherflow.core.environment.masking import Masker, secrets_of_environment, short_secret_note
from aetherflow.core.environment.settings import DEFAULT_SECRET_ENV
from aetherflow.core.environment.snapshot import take_snapshot

SECRET = "p@ss wörd/'q\"\\$x+y"
KEY = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG\nw0BAQEFAASCBKcwggSj/+==\nab\n-----END KEY-----\n"

SECRETS = st.text(min_size=6, max_size=40).filter(lambda text: len(text.strip()) >= 6)


def masker_of(*values: str) -> Masker:
    return Masker((f"env:S{number}", value) for number, value in enumerate(values))


@pytest.mark.parametrize(
    "written",
    [
        SECRET,
        quote(SECRET),
        quote(SECRET, safe=""),
        quote_plus(SECRET),
        quote(SECRET, safe="")
        .replace("%C3", "%c3")
        .replace("%2F", "%2f")
        .replace("%24", "%24")
        .replace("%B6", "%b6")
        .replace("%5C", "%5c")
        .replace("%2B", "%2b"),
        json.dumps(SECRET)[1:-1],
        json.dumps(SECRET, ensure_ascii=False)[1:-1],
        json.dumps(json.dumps(SECRET))[1:-1].strip('\\"'),
        shlex.quote(SECRET)[1:-1],
        SECRET.replace("'", "'\\''"),
        repr(SECRET)[1:-1],
        base64.b64encode(SECRET.encode()).decode(),
        base64.urlsafe_b64encode(SECRET.encode()).decode(),
        base64.urlsafe_b64encode(SECRET.encode()).decode().rstrip("="),
    ],
)
def test_every_written_form_is_masked(written: str) -> None:
    assert masker_of(SECRET).mask_text(f"before {written} after") == "before *** after"


@given(SECRETS, st.binary(max_size=5), st.binary(max_size=5), st.booleans())
def test_a_secret_inside_a_longer_base64_text_is_masked(secret: str, before: bytes, after: bytes, url: bool) -> None:
    encode = base64.urlsafe_b64encode if url else base64.b64encode
    text = encode(before + secret.encode() + after).decode()
    masked = masker_of(secret).mask_text(text)
    # At the edges a character may stay that the secret's bytes share with their neighbours.
    left, mask, right = masked.partition("***")
    assert mask
    assert len(left) <= -(-len(before) * 8 // 6)
    assert len(right) <= -(-(len(after) * 8 + 4) // 6) + 3


@pytest.mark.parametrize("width", [64, 76])
def test_base64_that_is_broken_into_lines_is_masked_on_each_line(width: int) -> None:
    secret = KEY * 3
    encoded = base64.b64encode(secret.encode()).decode()
    lines = [encoded[start : start + width] for start in range(0, len(encoded), width)]
    masker = masker_of(secret)
    assert {masker.mask_text(line) for line in lines if len(line) >= 6} == {"***"}


def test_lines_of_a_multi_line_secret_are_masked_one_by_one() -> None:
    masker = masker_of(KEY)
    assert [masker.mask_text(f"> {line}") for line in KEY.splitlines()] == ["> ***", "> ***", "> ***", "> ab", "> ***"]


def test_a_multi_line_secret_is_masked_as_one() -> None:
    assert masker_of(KEY).mask_text(f"[{KEY}] [{json.dumps(KEY)}]") == '[***] ["***"]'


def test_a_secret_read_from_a_file_is_masked_without_its_newline() -> None:
    masker = masker_of("s3cret-token\n")
    assert masker.mask_text("token=s3cret-token.") == "token=***."
    assert "c3RrZW4" not in masker.mask_text(base64.b64encode(b"s3cret-token").decode())


def test_the_longest_secret_wins_where_one_contains_the_other() -> None:
    assert masker_of("secret", "secret-and-more").mask_text("a secret-and-more, a secret") == "a ***, a ***"


def test_overlapping_secrets_are_masked_to_the_end_of_the_last() -> None:
    assert masker_of("abcdef12", "def12345", "345xyzxyz").mask_text("<abcdef12345xyzxyz>") == "<***>"


def test_an_overlap_is_found_where_the_first_candidate_is_none() -> None:
    assert masker_of("aabaabX", "baabYY").mask_text("aabaabYY") == "aa***"


def test_strings_are_masked_at_every_depth_but_keys_numbers_and_booleans_are_not() -> None:
    masker = masker_of("123456", "secret-key")
    value = {"secret-key": ["x secret-key", 123456, True, None, {"a": ("123456",)}]}
    assert masker.mask(value) == {"secret-key": ["x ***", 123456, True, None, {"a": ["***"]}]}
    assert value["secret-key"][0] == "x secret-key"


def test_a_value_without_secrets_is_given_back_as_it_is() -> None:
    value = {"a": ["b", 1]}
    assert masker_of("secret-key").mask(value) is value


def test_values_nested_beyond_the_recursion_limit_are_masked() -> None:
    value: list[object] = ["a secret-key"]
    for _ in range(5000):
        value = [value]
    masked = masker_of("secret-key").mask(value)
    for _ in range(5000):
        masked = masked[0]
    assert masked == ["a ***"]


def test_a_secret_added_later_is_masked_from_then_on() -> None:
    masker = masker_of("secret-one")
    assert masker.mask_text("secret-one secret-two") == "*** secret-two"
    masker.add("env:LATER", "secret-two")
    assert masker.mask_text("secret-one secret-two") == "*** ***"


def test_short_secrets_are_not_masked_and_a_note_says_so() -> None:
    masker = masker_of("short")
    assert masker.mask_text("short") == "short"
    assert masker.short_secrets == ("env:S0",)
    note = short_secret_note(masker.short_secrets)
    assert note is not None
    assert (note.code, note.message) == ("AF-E505", "too short to be masked: env:S0")


@pytest.mark.parametrize("blank", ["", "      ", "\n\n\n\n\n\n"])
def test_blank_values_are_no_secrets(blank: str) -> None:
    masker = masker_of(blank)
    assert masker.mask_text("a        b") == "a        b"
    assert masker.short_secrets == ()


def test_secrets_of_undecodable_bytes_and_lone_surrogates_are_masked() -> None:
    assert masker_of("stra\udcdfe-secret").mask_text("stra\udcdfe-secret") == "***"
    assert masker_of("lone\ud800-secret").mask_text("lone\ud800-secret") == "***"


@given(st.lists(SECRETS, max_size=3), st.text())
def test_a_masked_text_contains_no_secret_that_the_mask_does_not_make(secrets: list[str], text: str) -> None:
    text = text.join(secrets)
    rest = masker_of(*secrets).mask_text(text).split("***")
    assert [secret for secret in secrets for part in rest if secret in part] == []


def test_variables_are_secret_by_name_in_any_case_but_our_own_settings_are_not() -> None:
    snapshot = take_snapshot(
        {
            "DB_PASSWORD": "a",
            "db_password": "b",
            "GITHUB_TOKEN": "c",
            "TOKENS": "d",
            "AETHERFLOW_SECRETS_PATH": "hook.py",
            "HOME": "/root",
        }
    )
    found = dict(secrets_of_environment(snapshot, DEFAULT_SECRET_ENV))
    assert found == {"env:DB_PASSWORD": "a", "env:db_password": "b", "env:GITHUB_TOKEN": "c"}


def test_a_pattern_with_our_prefix_makes_a_secret_of_our_own_variable() -> None:
    snapshot = take_snapshot({"AETHERFLOW_PROFILES_JSON": "{}"})
    assert list(secrets_of_environment(snapshot, ["AETHERFLOW_PROFILES_*"])) == [("env:AETHERFLOW_PROFILES_JSON", "{}")]


def test_a_status_stays_readable_even_where_its_word_is_a_secret() -> None:
    masker = Masker([("env:X_TOKEN", "SUCCESS")])
    assert masker.mask({"status": StepStatus.SUCCESS, "text": "SUCCESS"}) == {"status": "SUCCESS", "text": "***"}

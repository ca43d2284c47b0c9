"""The settings of the runner, read from the snapshot."""

from pathlib import Path

import platformdirs
import pytest

from aetherflow.core.contracts.errors import InputError
from aetherflow.core.environment.settings import (
    DEFAULT_SECRET_ENV,
    Settings,
    default_state_root,
    read_settings,
    unknown_settings,
)
from aetherflow.core.environment.snapshot import take_snapshot


def settings_of(**variables: str) -> Settings:
    return read_settings(take_snapshot({f"AETHERFLOW_{name}": value for name, value in variables.items()}))


def findings_of(**variables: str) -> list[str]:
    with pytest.raises(InputError) as raised:
        settings_of(**variables)
    return [f"{finding.code} {finding.message}; {finding.hint}" for finding in raised.value.diagnostics]


def test_an_empty_environment_gives_the_defaults() -> None:
    assert settings_of() == Settings()


@pytest.mark.parametrize("text", ["true", "TRUE", "True", "1", "yes", "Yes", "on", " ON "])
def test_words_for_true(text: str) -> None:
    assert settings_of(VALIDATE_ENV_STRICT=text).validate_env_strict is True


@pytest.mark.parametrize("text", ["false", "FALSE", "0", "no", "No", "off", " Off\n"])
def test_words_for_false(text: str) -> None:
    assert settings_of(PLUGIN_STRICT=text).plugin_strict is False


def test_every_wrong_value_is_named_with_what_is_accepted() -> None:
    assert findings_of(PLUGIN_STRICT="maybe", STRICT_TEMPLATES="", MODE="fast", LOG_FORMAT="xml") == [
        'AF-E201 AETHERFLOW_PLUGIN_STRICT is "maybe", which is not one of its values; '
        "accepted are: true, false, 1, 0, yes, no, on, off",
        'AF-E201 AETHERFLOW_STRICT_TEMPLATES is "", which is not one of its values; '
        "accepted are: true, false, 1, 0, yes, no, on, off",
        'AF-E201 AETHERFLOW_LOG_FORMAT is "xml", which is not one of its values; accepted are: text, json',
        'AF-E201 AETHERFLOW_MODE is "fast", which is not one of its values; accepted are: internal_fast, enterprise',
    ]


def test_words_are_read_without_regard_to_case_and_blanks() -> None:
    settings = settings_of(MODE=" Enterprise ", LOG_LEVEL="DEBUG", CONNECTOR_CACHE_DEFAULT="None")
    assert (settings.mode, settings.log_level, settings.connector_cache_default) == ("enterprise", "debug", "none")


def test_paths_are_taken_as_given_and_empty_ones_are_unset() -> None:
    settings = settings_of(WORK_ROOT="work", STATE_ROOT="", PROFILES_FILE=" p.yaml ")
    assert (settings.work_root, settings.state_root, settings.profiles_file) == (Path("work"), None, Path("p.yaml"))


def test_a_tilde_is_the_home_of_the_environment() -> None:
    snapshot = take_snapshot({"HOME": "/home/me", "AETHERFLOW_WORK_ROOT": "~/work"})
    assert read_settings(snapshot).work_root == Path("/home/me/work")


def test_secret_patterns_are_separated_by_commas_and_blank_means_the_default() -> None:
    assert settings_of(SECRET_ENV=" A*, ,B ").secret_env == ("A*", "B")
    assert settings_of(SECRET_ENV=" ").secret_env == DEFAULT_SECRET_ENV


def test_two_secrets_hooks_are_an_error() -> None:
    found = findings_of(SECRETS_MODULE="m", SECRETS_PATH="p.py")
    assert [message.partition(";")[0] for message in found] == [
        "AF-E202 AETHERFLOW_SECRETS_MODULE and AETHERFLOW_SECRETS_PATH are both set"
    ]


def test_what_child_processes_are_given_is_known_to_a_run_inside_a_run() -> None:
    given = ("FLOW_ID", "FLOW_DIR", "RUN_ID", "JOB_ID", "STEP_ID", "OUTPUT_DIR", "RUN_TOKEN", "FENCING_TOKEN")
    assert unknown_settings({f"AETHERFLOW_{name}": "x" for name in given}) == []


def test_an_unknown_setting_is_a_warning_with_the_nearest_name() -> None:
    found = unknown_settings(
        {"AETHERFLOW_LOGLEVEL": "debug", "AETHERFLOW_RUN_ID": "x", "AETHERFLOW_MODE": "x", "X": ""}
    )
    assert [(finding.code, finding.message, finding.hint) for finding in found] == [
        (
            "AF-E203",
            "AETHERFLOW_LOGLEVEL is no setting of aetherflow and has no effect",
            'did you mean "AETHERFLOW_LOG_LEVEL"?',
        )
    ]


@pytest.mark.parametrize("named", [None, "", "/srv/state", "state", "~/state", "/srv/state/"])
def test_the_state_root_is_where_platformdirs_says(named: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    if named is not None:
        monkeypatch.setenv("XDG_STATE_HOME", named)
    assert default_state_root() == platformdirs.user_state_path("aetherflow", appauthor=False)

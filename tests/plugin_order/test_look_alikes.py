"""Names that nobody can tell apart are told by doctor."""

from pathlib import Path

import pytest

from aetherflow.core.contracts.diagnostic import Severity
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.operations.doctor_plugins import doctor
from aetherflow.core.operations.requests import SurroundingsRequest
from aetherflow.core.plugins.look_alikes import look_alike_findings
from aetherflow.core.plugins.modes import Mode
from tests.plugin_order.ordering import built_in, contribution, shown_without_source, write_plugin
from tests.support.project import clean_environment


def told(*contributions: Contribution, mode: Mode = "internal_fast") -> list[tuple[str, str, str]]:
    """Give who is told of, the code, and how grave it is."""
    found = look_alike_findings(contributions, mode)
    return [(each.plugin, each.diagnostic.code, each.diagnostic.severity) for each in found]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("Log", id="case"),
        pytest.param("l\u043eg", id="a Cyrillic o"),
        pytest.param("l\u03bfg", id="a Greek o"),
        pytest.param("L\u041eG", id="a capital Cyrillic O"),
        pytest.param("lo\u0261", id="a script g"),
        pytest.param("\uff4cog", id="a wide l"),
        pytest.param("\U0001d425og", id="a bold l"),
        pytest.param("\u04cf\u043e\u0261", id="none of its letters"),
        pytest.param("log\u0332", id="a line below"),
        pytest.param("l\u00f6g", id="an accent"),
    ],
)
def test_a_name_that_looks_like_a_built_in_is_told(name: str) -> None:
    assert told(built_in("log"), contribution("evil", name)) == [("evil", "AF-P606", Severity.WARNING)]
    assert told(built_in("log"), contribution("evil", name), mode="enterprise") == [("evil", "AF-P606", Severity.ERROR)]


def test_a_name_that_looks_like_that_of_another_plugin_is_a_warning_in_every_mode() -> None:
    for mode in ("internal_fast", "enterprise"):
        found = told(contribution("orders", "load"), contribution("evil", "l\u043ead"), mode=mode)  # type: ignore[arg-type]
        assert found == [("evil", "AF-P606", Severity.WARNING)]


def test_it_is_told_with_how_it_is_spelt_and_where_the_other_is() -> None:
    found = list(look_alike_findings([built_in("log"), contribution("evil", "l\u043eg")], "internal_fast"))
    assert shown_without_source(found) == (
        'warning[AF-P606]: the step "l\u043eg" of the plugin "evil" looks like the built-in step "log"\n'
        " --> /plugins/evil/steps.py:3:1\n"
        "  = give it a name that nobody can take for the other one\n"
        "  = note: it is spelt 'l\\u043eg'\n"
        "  = note: the other one is at /plugins/aetherflow/steps.py:9\n"
        "\n"
        "1 warning"
    )


@pytest.mark.parametrize("name", ["a\u0435therflow.log", "t\u043e\u043el.search"])
def test_so_is_what_looks_like_a_name_that_nobody_may_have(name: str) -> None:
    assert told(contribution("evil", name), mode="enterprise") == [("evil", "AF-P606", Severity.ERROR)]
    command = contribution("evil", "r\u057dn".replace("\u057d", "\u03c5"), "command")
    assert told(command) == [("evil", "AF-P606", Severity.WARNING)]


def test_letters_of_two_alphabets_in_one_name_are_told() -> None:
    assert told(contribution("orders", "load_\u0437\u0430\u043a\u0430\u0437\u044b")) == [
        ("orders", "AF-P606", Severity.WARNING)
    ]
    (found,) = look_alike_findings([contribution("orders", "load_\u0437")], "internal_fast")
    assert found.diagnostic.message.endswith("mixes letters that look alike: Latin and Cyrillic")


@pytest.mark.parametrize("name", ["größe", "\u6ce8\u6587\u3092\u8aad\u3080", "\u0437\u0430\u043a\u0430\u0437\u044b"])
def test_other_letters_beyond_ascii_are_told_as_what_they_are(name: str) -> None:
    assert told(contribution("orders", name), mode="enterprise") == [("orders", "AF-P607", Severity.WARNING)]


def test_what_is_the_same_name_is_an_override_and_no_imitation() -> None:
    assert told(built_in("log"), contribution("orders", "log"), contribution("more", "log")) == []
    assert told(contribution("a", "S3", "compiler"), contribution("b", "s3", "compiler")) == []


def test_names_of_two_kinds_are_never_taken_for_each_other() -> None:
    assert told(contribution("a", "load"), contribution("b", "Load", "tool")) == []


def test_doctor_tells_names_too_that_only_a_load_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = "from aetherflow.core.api import register_step\nfor each in ['L' + 'og']:\n"
    write_plugin(tmp_path, "p", code=f"{code}    @register_step(each)\n    def s(ctx, inputs): return {{}}\n")
    monkeypatch.chdir(tmp_path)
    request = SurroundingsRequest(environ=clean_environment(tmp_path), plugin_paths=("p",))
    for loaded, expected in ((False, []), (True, ["p"])):
        report = doctor(request, loaded=loaded)
        assert [each.plugin for each in report.findings if each.diagnostic.code == "AF-P606"] == expected

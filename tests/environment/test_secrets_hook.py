"""The secrets hook: loaded privately, checked, and never a leak."""

import sys
from pathlib import Path

import pytest

from aetherflow.core.contracts.errors import AetherFlowError, InputError, PluginRefused
from aetherflow.core.contracts.span import Span
from aetherflow.core.environment.secrets_hook import SecretsHook, load_secrets_hook
from aetherflow.core.environment.settings import Settings

SECRET = "hunter22"


def hook_of(folder: Path, source: str) -> SecretsHook:
    path = folder / "hook.py"
    path.write_text(source)
    hook = load_secrets_hook(Settings(secrets_path=path))
    assert hook is not None
    return hook


def refusal_of(folder: Path, source: str) -> PluginRefused:
    with pytest.raises(PluginRefused) as raised:
        hook_of(folder, source)
    return raised.value


def line_of(error: AetherFlowError) -> int:
    span = error.diagnostics[0].span
    assert span is not None
    return span.line


def test_no_hook_is_configured_by_default() -> None:
    assert load_secrets_hook(Settings()) is None


def test_a_hook_from_a_file_decodes_and_leaves_the_import_path_alone(tmp_path: Path) -> None:
    before = list(sys.path)
    hook = hook_of(tmp_path, "def decode(value): return value[::-1]")
    assert hook.decode("22retnuh") == SECRET
    assert hook.expand_env({"A": "1"}) == {}
    assert sys.path == before
    assert "hook" not in sys.modules


def test_a_hook_with_dataclasses_works(tmp_path: Path) -> None:
    source = (
        "from __future__ import annotations\nfrom dataclasses import dataclass\n"
        "@dataclass\nclass Box:\n    value: str\ndef decode(value): return Box(value).value"
    )
    assert hook_of(tmp_path, source).decode("x") == "x"


def test_a_hook_is_found_by_its_import_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "company_secrets_for_test.py").write_text("def decode(value): return value.upper()")
    monkeypatch.syspath_prepend(tmp_path)
    hook = load_secrets_hook(Settings(secrets_module="company_secrets_for_test"))
    assert hook is not None
    assert hook.decode("x") == "X"


def test_a_missing_module_is_refused_with_its_name() -> None:
    with pytest.raises(PluginRefused, match="No module named 'no_such_hook'"):
        load_secrets_hook(Settings(secrets_module="no_such_hook"))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "absent.py"
    with pytest.raises(PluginRefused, match=f'"{path}" cannot be read: no such file or directory'):
        load_secrets_hook(Settings(secrets_path=path))


def test_a_syntax_error_is_placed(tmp_path: Path) -> None:
    error = refusal_of(tmp_path, "x = 1\ndef decode(value:\n")
    assert error.message == f"the secrets hook \"{tmp_path / 'hook.py'}\" is not valid Python: '(' was never closed"
    assert error.diagnostics[0].span == Span(str(tmp_path / "hook.py"), 2, 11, 2, 11)


def test_an_error_at_import_is_placed_and_its_text_is_not_shown(tmp_path: Path) -> None:
    error = refusal_of(tmp_path, f"def decode(value): ...\nraise RuntimeError({SECRET!r})")
    assert error.message == f'the secrets hook "{tmp_path / "hook.py"}" could not be loaded: it raised RuntimeError'
    assert line_of(error) == 2


def test_a_hook_without_decode_is_refused(tmp_path: Path) -> None:
    assert 'defines no function "decode"' in refusal_of(tmp_path, "x = 1").message


def test_a_hook_that_exits_is_refused(tmp_path: Path) -> None:
    assert "it raised SystemExit" in refusal_of(tmp_path, "import sys\nsys.exit(0)").message


def test_a_failing_decode_names_what_it_was_for_and_shows_no_value(tmp_path: Path) -> None:
    hook = hook_of(
        tmp_path, "def decode(value):\n    return inner(value)\ndef inner(value):\n    raise ValueError(value)"
    )
    with pytest.raises(InputError) as raised:
        hook.decode(SECRET, '"config.password" of resource "db"')
    error = raised.value
    assert error.message == (
        'the secrets hook could not decode "config.password" of resource "db": it raised ValueError'
    )
    assert line_of(error) == 4
    assert error.__cause__ is None
    assert error.__context__ is None


@pytest.mark.parametrize(("returned", "named"), [("b'x'", "bytes"), ("None", "nothing"), ("5", "int")])
def test_what_decode_gives_must_be_text(tmp_path: Path, returned: str, named: str) -> None:
    hook = hook_of(tmp_path, f"def decode(value): return {returned}")
    with pytest.raises(InputError, match=f"decoded a value to {named}, not to text"):
        hook.decode("x")


def test_expand_env_gives_what_it_adds_and_changes(tmp_path: Path) -> None:
    source = (
        "def decode(value): ...\ndef expand_env(env):\n    env['B'] = 'new'\n    env['C'] = 'changed'\n    return env"
    )
    given = {"A": "1", "C": "old", "AETHERFLOW_MODE": "enterprise"}
    assert hook_of(tmp_path, source).expand_env(given) == {"B": "new", "C": "changed"}
    assert given["C"] == "old"


def test_expand_env_may_not_configure_the_runner(tmp_path: Path) -> None:
    hook = hook_of(tmp_path, "def decode(value): ...\ndef expand_env(env): return {'AETHERFLOW_MODE': 'x'}")
    with pytest.raises(PluginRefused, match="may not set AETHERFLOW_MODE"):
        hook.expand_env({})


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        ("{'A': 5}", 'gave "A" the value of int, not text'),
        ("{'A': 'x\\0'}", 'gave "A" the value of text with a NUL character'),
        ("{'A=B': 'x'}", "gave a variable the name 'A=B'"),
        ("None", "gave nothing, not a mapping"),
    ],
)
def test_expand_env_must_give_texts(tmp_path: Path, returned: str, message: str) -> None:
    hook = hook_of(tmp_path, f"def decode(value): ...\ndef expand_env(env): return {returned}")
    with pytest.raises(InputError) as raised:
        hook.expand_env({})
    assert message in raised.value.message

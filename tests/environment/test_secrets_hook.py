"""The secrets hook: loaded privately, checked, and never a leak."""

import sys
import traceback
from pathlib import Path

import pytest

from aetherflow.core.contracts.errors import AetherFlowError, InputError, Interrupted, PluginRefused
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


def code_of(error: AetherFlowError) -> str:
    (finding,) = error.diagnostics
    return finding.code


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
    with pytest.raises(PluginRefused, match='there is no module "no_such_hook"') as refused:
        load_secrets_hook(Settings(secrets_module="no_such_hook"))
    assert code_of(refused.value) == "AF-E501"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "absent.py"
    with pytest.raises(PluginRefused, match=f'"{path}" cannot be read: no such file or directory') as refused:
        load_secrets_hook(Settings(secrets_path=path))
    assert code_of(refused.value) == "AF-E501"


def test_a_syntax_error_is_placed(tmp_path: Path) -> None:
    error = refusal_of(tmp_path, "x = 1\ndef decode(value:\n")
    assert error.message == f'the secrets hook "{tmp_path / "hook.py"}" is not valid Python'
    assert error.diagnostics[0].span == Span(str(tmp_path / "hook.py"), 2, 11, 2, 11)


def test_an_error_at_import_is_placed_and_its_text_is_not_shown(tmp_path: Path) -> None:
    error = refusal_of(tmp_path, f"def decode(value): ...\nraise RuntimeError({SECRET!r})")
    assert error.message == f'the secrets hook "{tmp_path / "hook.py"}" could not be loaded: it raised RuntimeError'
    assert line_of(error) == 2


def test_a_hook_without_decode_is_refused(tmp_path: Path) -> None:
    error = refusal_of(tmp_path, "x = 1")
    assert (code_of(error), error.message) == (
        "AF-E502",
        f'the secrets hook "{tmp_path / "hook.py"}" defines no function "decode"',
    )


def test_a_hook_that_exits_is_refused(tmp_path: Path) -> None:
    assert "it raised SystemExit" in refusal_of(tmp_path, "import sys\nsys.exit(0)").message


def test_a_failing_decode_names_what_it_was_for_and_shows_no_value(tmp_path: Path) -> None:
    hook = hook_of(
        tmp_path, "def decode(value):\n    return inner(value)\ndef inner(value):\n    raise ValueError(value)"
    )
    with pytest.raises(InputError) as raised:
        hook.decode(SECRET, '"config.password" of resource "db"')
    error = raised.value
    assert (code_of(error), error.message) == (
        "AF-E503",
        'the secrets hook could not decode "config.password" of resource "db": it raised ValueError',
    )
    assert line_of(error) == 4
    assert error.__cause__ is None
    assert error.__context__ is None


@pytest.mark.parametrize(("returned", "named"), [("b'x'", "bytes"), ("None", "nothing"), ("5", "int")])
def test_what_decode_gives_must_be_text(tmp_path: Path, returned: str, named: str) -> None:
    hook = hook_of(tmp_path, f"def decode(value): return {returned}")
    with pytest.raises(InputError, match=f"decoded a value to {named}, not to text") as raised:
        hook.decode("x")
    assert code_of(raised.value) == "AF-E503"


def test_expand_env_gives_what_it_adds_and_changes(tmp_path: Path) -> None:
    source = (
        "def decode(value): ...\ndef expand_env(env):\n    env['B'] = 'new'\n    env['C'] = 'changed'\n    return env"
    )
    given = {"A": "1", "C": "old", "AETHERFLOW_MODE": "enterprise"}
    assert hook_of(tmp_path, source).expand_env(given) == {"B": "new", "C": "changed"}
    assert given["C"] == "old"


def test_expand_env_may_not_configure_the_runner(tmp_path: Path) -> None:
    hook = hook_of(tmp_path, "def decode(value): ...\ndef expand_env(env): return {'AETHERFLOW_MODE': 'x'}")
    with pytest.raises(PluginRefused, match="may not set AETHERFLOW_MODE") as refused:
        hook.expand_env({})
    assert code_of(refused.value) == "AF-E504"


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        ("{'A': 5}", 'gave "A" the value of int, not text'),
        ("{'A': 'x\\0'}", 'gave "A" the value of text with a NUL character'),
        ("{'A=B': 'x'}", 'gave a variable a name with "=" in it'),
        ("{'A\\0': 'x'}", "gave a variable a name with a NUL character"),
        ("{'': 'x'}", "gave a variable an empty name"),
        ("{5: 'x'}", "gave a variable a name that is int, not text"),
        ("None", "gave nothing, not a mapping"),
    ],
)
def test_expand_env_must_give_texts(tmp_path: Path, returned: str, message: str) -> None:
    hook = hook_of(tmp_path, f"def decode(value): ...\ndef expand_env(env): return {returned}")
    with pytest.raises(InputError) as raised:
        hook.expand_env({})
    assert message in raised.value.message
    assert code_of(raised.value) == "AF-E503"


def shown_by(error: AetherFlowError) -> str:
    """All of the error that may reach a terminal or a log."""
    return "".join(traceback.format_exception(error)) + repr(error.diagnostics)


RAISED = [
    "ImportError('{0}')",
    "ImportError('{0}', name='{0}', path='{0}')",
    "ModuleNotFoundError('{0}', name='{0}')",
    "SyntaxError('{0}')",
    "SyntaxError('{0}', ('{0}', 1, 1, '{0}'))",
    "BaseException('{0}')",
    "asyncio.CancelledError('{0}')",
    "GeneratorExit('{0}')",
    "SystemExit('{0}')",
    "BaseExceptionGroup('{0}', [KeyboardInterrupt('{0}')])",
]
NO_DECODE = "def decode(value): ...\n"
MAPPING_THAT_RAISES = """
class Raising(dict):
    def items(self): raise LookupError("hunter" + "22")
def expand_env(env): return Raising()
"""


def written(raised: str) -> str:
    """The expression with a secret that the source itself does not spell."""
    return raised.replace("'{0}'", "('hunter' + '22')")


@pytest.mark.parametrize("raised", RAISED)
def test_what_a_hook_raises_at_its_top_level_is_a_finding_without_its_text(tmp_path: Path, raised: str) -> None:
    error = refusal_of(tmp_path, f"import asyncio\nraise {written(raised)}")
    kind = raised.partition("(")[0].rpartition(".")[2]
    assert error.message == f'the secrets hook "{tmp_path / "hook.py"}" could not be loaded: it raised {kind}'
    assert (code_of(error), line_of(error)) == ("AF-E501", 2)
    assert SECRET not in shown_by(error)


@pytest.mark.parametrize("raised", RAISED)
def test_what_an_importable_hook_raises_is_a_finding_without_its_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, raised: str
) -> None:
    (tmp_path / "raising_hook_for_test.py").write_text(f"import asyncio\nraise {written(raised)}")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(PluginRefused, match="could not be loaded: it raised") as error:
        load_secrets_hook(Settings(secrets_module="raising_hook_for_test"))
    assert SECRET not in shown_by(error.value)
    assert line_of(error.value) == 2


@pytest.mark.parametrize("raised", RAISED)
@pytest.mark.parametrize("function", ["decode", "expand_env"])
def test_what_a_function_of_the_hook_raises_is_a_finding_without_its_text(
    tmp_path: Path, function: str, raised: str
) -> None:
    source = f"import asyncio\n{NO_DECODE}def {function}(given):\n    raise {written(raised)}"
    hook = hook_of(tmp_path, source)
    with pytest.raises(InputError, match="it raised") as error:
        hook.decode("x") if function == "decode" else hook.expand_env({})
    assert SECRET not in shown_by(error.value)
    assert line_of(error.value) == 4


@pytest.mark.parametrize("ending", [KeyboardInterrupt(), Interrupted(15)])
def test_what_ends_the_run_passes_through_the_hook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: BaseException
) -> None:
    monkeypatch.setattr(sys, "ending_for_test", ending, raising=False)
    raising = "import sys\ndef decode(value): raise sys.ending_for_test\n"
    with pytest.raises(type(ending)):
        hook_of(tmp_path, raising).decode("x")
    with pytest.raises(type(ending)):
        hook_of(tmp_path, f"{raising}decode(1)")
    with pytest.raises(type(ending)):
        hook_of(tmp_path, "import sys\ndef __getattr__(name): raise sys.ending_for_test")


def test_a_module_that_the_hook_imports_and_that_is_missing_is_named(tmp_path: Path) -> None:
    error = refusal_of(tmp_path, f"{NO_DECODE}import no_such.vault")
    assert error.message.endswith('could not be loaded: there is no module "no_such"')
    assert line_of(error) == 2


def test_a_syntax_error_of_an_importable_hook_is_placed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "broken_hook.py"
    file.write_text(f"x = 1\ndef {SECRET}'")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(PluginRefused, match="could not be loaded: it is not valid Python") as error:
        load_secrets_hook(Settings(secrets_module="broken_hook"))
    span = error.value.diagnostics[0].span
    assert span is not None
    assert (span.file, span.line) == (str(file), 2)
    assert SECRET not in shown_by(error.value)


def test_a_hook_with_a_nul_character_is_not_valid_python(tmp_path: Path) -> None:
    assert refusal_of(tmp_path, "x = 1\0").message.endswith("is not valid Python")


def test_a_name_that_is_none_is_not_shown(tmp_path: Path) -> None:
    hook = hook_of(tmp_path, f"{NO_DECODE}def expand_env(env): return {{'{SECRET}=': 'x'}}")
    with pytest.raises(InputError) as error:
        hook.expand_env({})
    assert SECRET not in shown_by(error.value)


def test_a_mapping_of_the_hook_that_raises_is_a_finding(tmp_path: Path) -> None:
    hook = hook_of(tmp_path, NO_DECODE + MAPPING_THAT_RAISES)
    with pytest.raises(InputError, match="could not expand the environment: it raised LookupError") as error:
        hook.expand_env({})
    assert SECRET not in shown_by(error.value)
    assert line_of(error.value) == 4


@pytest.mark.parametrize("at", ["decode", "expand_env"])
def test_an_attribute_of_the_hook_that_raises_is_a_finding(tmp_path: Path, at: str) -> None:
    source = f"def __getattr__(name):\n    if name == '{at}': raise ValueError('hunter' + '22')\n    return print"
    error = refusal_of(tmp_path, source)
    assert error.message.endswith("could not be loaded: it raised ValueError")
    assert SECRET not in shown_by(error)
    assert line_of(error) == 2


def test_a_text_of_a_type_of_the_hook_becomes_a_plain_text(tmp_path: Path) -> None:
    source = (
        "class Text(str):\n    def __eq__(self, other): raise ValueError\n    __hash__ = str.__hash__\n"
        "    def __str__(self): raise ValueError\n"
        "decode = Text\ndef expand_env(env): return {Text('A'): Text('1')}"
    )
    hook = hook_of(tmp_path, source)
    assert type(hook.decode("x")) is str
    assert hook.expand_env({"A": "2"}) == {"A": "1"}

"""What plugins say of themselves cannot steer a terminal, forge lines or flood a listing."""

import pytest

from tests.plugin_listing.conftest import Plugins
from tests.support.project import Outcome

NAMES = [
    "a\x1b[2Jb",
    "a\nerror: forged",
    "a\rb",
    "a\u202eb",
    "a\x07\x08b",
    "a\u2028b",
]


API = "from aetherflow.core.api import register_step\n"


def hostile_names(*names: str) -> str:
    """Give a module that registers step types of these names, which their docstrings repeat."""
    return API + "".join(f"\n@register_step({name!r})\ndef f(ctx, inputs):\n    {name!r}\n" for name in names)


def hostile_words(*words: str) -> str:
    """Give a module that registers step types with these docstrings."""
    steps = (f"\n@register_step('s{number}')\ndef f(ctx, inputs):\n    {said!r}\n" for number, said in enumerate(words))
    return API + "".join(steps)


def is_quiet(outcome: Outcome) -> bool:
    """Tell that nothing but line breaks steers the terminal, and that no line is forged."""
    text = outcome.stdout + outcome.stderr
    is_printable = all(character.isprintable() or character == "\n" for character in text)
    return is_printable and "\nerror: forged" not in text


@pytest.mark.parametrize("words", [("list",), ("list", "-v"), ("why", "one"), ("why", NAMES[0]), ("why", "a.forged")])
def test_names_and_summaries_are_made_visible(plugins: Plugins, words: tuple[str, ...]) -> None:
    plugins.add("one.py", hostile_names(*NAMES))
    plugins.add("two.py", hostile_words(*NAMES))
    outcome = plugins.run(*words)
    assert is_quiet(outcome)
    assert outcome.exit_code in (0, 2)


def test_what_words_hide_can_be_seen(plugins: Plugins) -> None:
    plugins.add("one.py", hostile_words(*NAMES[:1], *NAMES[3:4]))
    printed = [line.split() for line in plugins.listed().splitlines()]
    assert printed[-2:] == [["step", "s0", "a␛[2Jb"], ["step", "s1", "a\\u{202e}b"]]


def test_names_that_hide_something_are_told_and_not_listed(plugins: Plugins) -> None:
    plugins.add("one.py", hostile_names(*NAMES))
    assert plugins.json()["one"]["provides"] == []
    assert "step cannot be called 'a\\x1b[2Jb': U+001B stands in it, as character 2" in plugins.listed()


def test_programs_are_given_words_as_they_are(plugins: Plugins) -> None:
    plugins.add("one.py", hostile_words(NAMES[0], NAMES[3]))
    assert [name["summary"] for name in plugins.json()["one"]["provides"]] == [NAMES[0], NAMES[3]]


def test_a_manifest_is_no_more_to_be_believed(plugins: Plugins) -> None:
    manifest = 'name: "x"\nversion: "1\\u001b[31m"\nauthor: "a\\nb"\ndescription: "\\u202egnp.exe"\n'
    plugins.add_step("one", "one", manifest=manifest + 'required_permissions: ["read:\\u0007/"]\n')
    assert is_quiet(plugins.list())
    assert is_quiet(plugins.list("--verbose"))


def test_very_long_names_are_cut(plugins: Plugins) -> None:
    plugins.add("one.py", hostile_names("x" * 200).replace(f"    '{'x' * 200}'", f"    '{'y' * 100_000}'"))
    printed = plugins.listed()
    assert max(map(len, printed.splitlines())) < 400
    assert f"  step       {'x' * 77}...  {'y' * 237}...\n" in printed


def test_a_schema_of_any_form_is_told_somehow(plugins: Plugins) -> None:
    schema = {
        "properties": {"a": 1, "b": [], "c": {"$ref": "#/$defs/c"}, "d": {"anyOf": 3}},
        "$defs": {"c": {"$ref": "#/$defs/c"}},
    }
    manifest = f"provides: [{{kind: step, name: odd, input_schema: {schema!r}}}]\n".replace("'", '"')
    plugins.add("odd", f"{API}register_step(NAME)(print)\n", manifest)
    outcome = plugins.why("odd")
    assert outcome.exit_code == 0, outcome.stderr
    assert outcome.stdout.startswith("step odd")

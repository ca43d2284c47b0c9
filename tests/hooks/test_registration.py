"""What is registered for hooks is judged before a run: in the text by `doctor`, and when the plugin is loaded."""

from pathlib import Path

import pytest

from tests.plugin_doctor.examining import API, known, told, write
from tests.plugin_loading.plugin_files import findings, load_files

HOOK = '@register_hook("before_step")\n'
PLUGIN = '@register_plugin("audit")\n'
GOOD = 'PluginMetadata(name="a", version="1", author="b", description="c")'
WRONG = [
    (HOOK + "def f(data): ...\n", "AF-P519", "is not f(data, ctx): too many positional arguments"),
    (HOOK + "def f(data, ctx, more): ...\n", "AF-P519", "is not f(data, ctx): missing a required argument: 'more'"),
    (HOOK + "def f(data, ctx): yield\n", "AF-P519", "is not f(data, ctx): it yields, and must return"),
    (HOOK + "async def f(data, ctx): yield\n", "AF-P519", "is not f(data, ctx): it yields, and must return"),
    (HOOK + "class F: ...\n", "AF-P519", "is a class, and no function"),
    (PLUGIN + "class A: ...\n", "AF-P524", "is no sub-class of BasePlugin"),
    (PLUGIN + "def a(): ...\n", "AF-P524", "is no sub-class of BasePlugin"),
    (
        PLUGIN + f"class A(BasePlugin):\n    metadata = {GOOD}\n    def __init__(self, x): ...\n",
        "AF-P524",
        "cannot be created without arguments: missing a required argument: 'x'",
    ),
    (
        PLUGIN + f"class A(BasePlugin):\n    metadata = {GOOD}\n    def handle_hook(self, data): ...\n",
        "AF-P524",
        "has handle_hook that is not handle_hook(self, hook, data): too many positional arguments",
    ),
    (
        PLUGIN + f"class A(BasePlugin):\n    metadata = {GOOD}\n    async def on_load(self): ...\n",
        "AF-P524",
        "has on_load that is not on_load(self, context): too many positional arguments",
    ),
    (
        PLUGIN + f"class A(BasePlugin):\n    metadata = {GOOD}\n    def on_unload(self, context): ...\n",
        "AF-P524",
        "has on_unload that is not on_unload(self): missing a required argument: 'context'",
    ),
    (PLUGIN + "class A(BasePlugin): ...\n", "AF-P525", "has no metadata: the class A defines none"),
]
RIGHT = [
    HOOK + "def f(data, ctx): ...\n",
    HOOK + "async def f(data, ctx, more=1): ...\n",
    HOOK + "def f(*given): ...\n",
    '@register_hook("pre-execute")\ndef f(data, ctx): ...\n',
    HOOK + "def f(data, ctx): ...\n" + HOOK + "def g(data, ctx): ...\n",
    PLUGIN + f"class A(BasePlugin):\n    metadata = {GOOD}\n    async def handle_hook(self, hook, data): ...\n",
    PLUGIN + f"class A(BasePlugin):\n    def __init__(self):\n        self.metadata = {GOOD}\n",
    PLUGIN + f"class A(BasePlugin):\n    @property\n    def metadata(self):\n        return {GOOD}\n",
    f"class Base(BasePlugin):\n    metadata = {GOOD}\n" + PLUGIN + "class A(Base): ...\n",
]


@pytest.mark.parametrize(("text", "code", "problem"), WRONG)
def test_the_text_and_the_load_tell_the_same_fault(text: str, code: str, problem: str, tmp_path: Path) -> None:
    (read,) = told(tmp_path, API + text)
    _, _, said = read.partition(f"error {code}: ")
    assert said.endswith(problem)
    ((found, _, message),) = findings(load_files(tmp_path / "loaded", {"steps.py": API + text}))
    assert (found, message) == (code, said)


@pytest.mark.parametrize("text", RIGHT)
def test_what_is_right_has_no_finding(text: str, tmp_path: Path) -> None:
    assert told(tmp_path, API + text) == []
    assert findings(load_files(tmp_path / "loaded", {"steps.py": API + text})) == []


METADATA = {
    "version='1.x', author='', description='d'": 'version "1.x" is none that PEP 440 knows, such as "1.2.0"; '
    "author is empty",
    "version='1', author='a', description=3": "description must be a text, found 3",
    "version='1', author='a', description='d', compatible_versions='soon'": 'compatible_versions "soon" is no range of '
    'versions, such as ">=1.0,<2"',
    "version='1', author='a', description='d', required_permissions='env:A'": "required_permissions must be a list or "
    "tuple of texts, found 'env:A'",
}


@pytest.mark.parametrize("fields", METADATA)
def test_metadata_that_cannot_be_made_are_seen_in_the_text_and_where_they_are_made(fields: str, tmp_path: Path) -> None:
    text = API + PLUGIN + f"class A(BasePlugin):\n    metadata = PluginMetadata(name='a', {fields})\n"
    (read,) = told(tmp_path, text)
    assert read.startswith("steps.py:4:16 ")
    assert read.endswith(f'error AF-P525: the plugin "audit" has metadata that cannot be made: {METADATA[fields]}')
    (failure,) = load_files(tmp_path / "loaded", {"steps.py": text}).failures
    assert failure.diagnostic.message.endswith(f"ValueError: PluginMetadata: {METADATA[fields]}")
    assert failure.diagnostic.span is not None
    assert failure.diagnostic.span.line == 4


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ("name='a', version='1', description='d'", "author is missing"),
        ("'a', '1', 'b', 'c', licence='MIT'", 'there is no "licence"'),
    ],
)
def test_fields_that_metadata_lack_or_do_not_have_are_seen_in_the_text(
    fields: str, problem: str, tmp_path: Path
) -> None:
    text = API + PLUGIN + f"class A(BasePlugin):\n    metadata = PluginMetadata({fields})\n"
    (read,) = told(tmp_path, text)
    assert read.endswith(f'AF-P525: the plugin "audit" has metadata that cannot be made: {problem}')
    (failure,) = load_files(tmp_path / "loaded", {"steps.py": text}).failures
    assert failure.diagnostic.code == "AF-P501"


@pytest.mark.parametrize("fields", ["**MORE", "*MORE", "name(), version(), 'a', 'd'"])
def test_metadata_that_only_running_tells_have_no_finding(fields: str, tmp_path: Path) -> None:
    text = API + PLUGIN + f"class A(BasePlugin):\n    metadata = PluginMetadata({fields})\n"
    assert not [each for each in told(tmp_path, text) if "AF-P525" in each]


def test_metadata_of_another_kind_are_seen_when_the_class_is_loaded(tmp_path: Path) -> None:
    text = API + PLUGIN + "class A(BasePlugin):\n    metadata = {'name': 'a'}\n"
    ((code, _, message),) = findings(load_files(tmp_path, {"steps.py": text}))
    assert (code, message) == ("AF-P525", 'the plugin "audit" has metadata of type dict')


def test_an_unknown_hook_is_told_with_the_one_that_may_have_been_meant(tmp_path: Path) -> None:
    text = API + '@register_hook("befor_step")\ndef f(data, ctx): ...\n'
    assert told(tmp_path, text) == ["steps.py:3:5 'f' error AF-P528: there is no hook 'befor_step'"]
    loaded = load_files(tmp_path / "loaded", {"steps.py": text})
    (failure,) = loaded.failures
    assert (failure.diagnostic.code, failure.diagnostic.message) == ("AF-P528", "there is no hook 'befor_step'")
    assert failure.diagnostic.hint == 'did you mean "before_step"?'
    assert failure.diagnostic.span is not None
    assert failure.diagnostic.span.line == 2


def test_a_manifest_that_declares_an_unknown_hook_is_told(tmp_path: Path) -> None:
    files = {
        "hooks.py": API + HOOK + "def f(data, ctx): ...\n",
        "aetherflow-plugin.yaml": "name: acme\nprovides: [{kind: hook, name: befor_step}]\n",
    }
    found = known(write(tmp_path / "acme", files)).source.diagnostics
    (finding,) = [each for each in found if each.code == "AF-P528"]
    assert (finding.message, finding.path) == ("there is no hook 'befor_step'", ("provides", 0, "name"))
    assert finding.span is not None

"""What a run would refuse a plugin for, told by `validate` as far as its text is certain."""

from pathlib import Path

import pytest

from aetherflow.core.api import validate_flow
from aetherflow.core.plugins.doctor import load_refusals
from aetherflow.core.plugins.installed_modules import is_installed
from tests.plugin_runs.plugins import GREET, flow_of, write_plugin
from tests.support.project import Outcome, Project, clean_environment

STEP = "from aetherflow.core.api import *\n\n@register_step('greet')\n"
CONNECTOR = "from aetherflow.core.api import *\n\n@register_connector(kind='k', driver='d')\n"
RUN = "    def run(self, ctx, inputs): ...\n"

#: What is wrong, by the code that both tell, and the line of it; of some things a load has another word.
FAULTS = [
    ("AF-P510", "AF-P510", f"{STEP}class Greet(Step): ...\n"),
    ("AF-P511", "AF-P511", f"{STEP}def greet(inputs): ...\n"),
    ("AF-P512", "AF-P512", f"{CONNECTOR}class C(ConnectorBase): ...\n"),
    ("AF-P513", "AF-P513", f"{CONNECTOR}class C:\n    def connect(self): ...\n"),
    ("AF-P514", "AF-P514", f"{STEP}class Greet(Step):\n    input_schema = {{'type': 'objct'}}\n{RUN}"),
    ("AF-P515", "AF-P515", f"{STEP}def a(ctx, inputs): ...\n@register_step('greet')\ndef b(ctx, inputs): ...\n"),
    ("AF-P516", "AF-P516", f"{STEP}class Greet(Step):\n    effects = 'none'\n{RUN}"),
    ("AF-P504", "AF-P504", "from aetherflow.core.api import *\n\n@register_step\ndef greet(ctx, inputs): ...\n"),
    ("AF-P504", "AF-P504", "from aetherflow.core.api import *\n\n@register_step()\ndef greet(ctx, inputs): ...\n"),
    ("AF-P537", "AF-P501", "@register_step('greet')\ndef greet(ctx, inputs): ...\n"),
    ("AF-P537", "AF-P501", f"{STEP}class Greet(Stepp):\n{RUN}"),
    ("AF-P538", "AF-P501", "from aetherflow.core.api import register_steps\n@register_steps('greet')\nclass A: ...\n"),
    ("AF-P538", "AF-P501", "from aetherflow import register_step\n@register_step('greet')\nclass A: ...\n"),
    ("AF-P503", "AF-P503", f"from aetherflow.steps import x\n{STEP}def greet(ctx, inputs): ...\n"),
    ("AF-P503", "AF-P503", f"from .utl import x\n{STEP}def greet(ctx, inputs): ...\n"),
]


def codes(outcome: Outcome) -> list[tuple[str, str]]:
    return [(each["code"], each["severity"]) for each in outcome.json["diagnostics"] if each["severity"] != "note"]


@pytest.mark.parametrize(
    ("said", "at_load", "text"), FAULTS, ids=[f"{said}-{n}" for n, (said, _, _) in enumerate(FAULTS)]
)
def test_validate_and_run_refuse_the_same(project: Project, said: str, at_load: str, text: str) -> None:
    write_plugin(project.root / "plug", steps=text)
    project.write("flow.yaml", flow_of("log", inputs="{message: hi}"))
    words = ("flow.yaml", "--plugin-path", "plug", "--json")
    outcome = project.aetherflow("validate", *words)
    assert (outcome.exit_code, codes(outcome)) == (3, [(said, "error")])
    outcome = project.aetherflow("run", *words)
    assert (outcome.exit_code, codes(outcome)) == (3, [(at_load, "error")])


@pytest.mark.parametrize("verb", ["validate", "run"])
@pytest.mark.parametrize(
    "text",
    [
        "@register_step('greet')\ndef greet(ctx, inputs): ...\n",
        "from aetherflow.core.api import register_steps\n@register_steps('greet')\ndef greet(ctx, inputs): ...\n",
        "from aetherflow.steps import register_step\n@register_step('greet')\ndef greet(ctx, inputs): ...\n",
        "from aetherflow.core.api import *\n@register_step\ndef greet(ctx, inputs): ...\n",
    ],
)
def test_a_flow_that_needs_what_is_registered_wrongly_is_told_what_is_wrong_there(
    project: Project, verb: str, text: str
) -> None:
    write_plugin(project.root / "plug", steps=text)
    project.write("flow.yaml", flow_of("greet"))
    outcome = project.aetherflow(verb, "flow.yaml", "--plugin-path", "plug", "--json")
    assert outcome.exit_code == 3
    assert "AF-P5" in "".join(each["code"] for each in outcome.json["diagnostics"] if each["severity"] == "error")
    assert not any(each["code"] == "AF-F204" and each["severity"] == "error" for each in outcome.json["diagnostics"])


def test_the_refusal_shows_the_line(project: Project) -> None:
    write_plugin(project.root / "plug", steps="@register_step('greet')\ndef greet(ctx, inputs): ...\n")
    project.write("flow.yaml", flow_of("greet"))
    outcome = project.aetherflow("validate", "flow.yaml", "--plugin-path", "plug")
    assert outcome.stdout.startswith('error[AF-P537]: the decorator "register_step" is defined nowhere in the module\n')
    assert (
        "plug/steps.py:1:2\n"
        "  |\n"
        "1 | @register_step('greet')\n"
        "  |  ^^^^^^^^^^^^^\n"
        "  |\n"
        "  = write `from aetherflow.core.api import register_step`\n"
    ) in outcome.stdout


def test_a_package_that_is_not_installed_is_a_warning(project: Project) -> None:
    write_plugin(project.root / "plug", steps=f"import pandsa\n{GREET}")
    project.write("flow.yaml", flow_of("greet", inputs="{name: Ada}"))
    outcome = project.aetherflow("validate", "flow.yaml", "--plugin-path", "plug", "--json")
    assert (outcome.exit_code, codes(outcome)) == (0, [("AF-P503", "warning")])


@pytest.mark.parametrize(
    "text",
    [
        f"import sys\nif sys.platform == 'plan9':\n    from aetherflow.core.api import nothing\n{GREET}",
        f"try:\n    import _fast\nexcept ImportError:\n    _fast = None\n{GREET}",
    ],
)
def test_what_a_run_may_get_past_is_no_refusal(project: Project, text: str) -> None:
    write_plugin(project.root / "plug", steps=text, _fast="from .nowhere import x\n")
    project.write("flow.yaml", flow_of("greet", inputs="{name: Ada}"))
    for verb in ("validate", "run"):
        outcome = project.aetherflow(verb, "flow.yaml", "--plugin-path", "plug", "--json")
        assert (verb, outcome.exit_code, outcome.json["diagnostics"]) == (verb, 0, [])


@pytest.mark.parametrize("verb", ["validate", "run"])
class TestWhereNobodyIsStrict:
    """Faults are warnings, and what they keep from being registered is absent."""

    FAULTY = f"{STEP}class Greet(Step): ...\n"

    def outcome(self, project: Project, verb: str, step_type: str) -> Outcome:
        write_plugin(project.root / "plug", steps=self.FAULTY, fine=GREET.replace('"greet"', '"hail"'))
        project.write("flow.yaml", flow_of(step_type, inputs="{name: Ada}"))
        words = ("flow.yaml", "--plugin-path", "plug")
        return project.aetherflow(verb, *words, AETHERFLOW_PLUGIN_STRICT="false")

    def test_a_flow_that_does_not_need_them_is_valid(self, project: Project, verb: str) -> None:
        outcome = self.outcome(project, verb, "hail")
        assert outcome.exit_code == 0
        assert "AF-P510" in outcome.stdout + outcome.stderr

    def test_a_flow_that_needs_them_is_not(self, project: Project, verb: str) -> None:
        outcome = self.outcome(project, verb, "greet")
        assert outcome.exit_code == 2
        told = outcome.stdout + outcome.stderr
        assert 'error[AF-F204]: unknown step type "greet"' in told
        assert '= note: the plugin "plug" would register it, but the code for it does not load' in told
        assert "warning[AF-P510]" in told


class TestWhatWasReadBefore:
    """Code in which nothing was wrong is not read again; what it needs is looked for all the same."""

    def validated(self, folder: Path, text: str) -> list[tuple[str, str]]:
        write_plugin(folder / "plug", steps=text)
        (folder / "flow.yaml").write_text(flow_of("log", inputs="{message: hi}"))
        is_installed.cache_clear()
        found = validate_flow(folder / "flow.yaml", env=clean_environment(folder), plugin_paths=[folder / "plug"])
        return [(finding.code, finding.severity) for finding in found]

    def test_an_edit_is_read(self, tmp_path: Path) -> None:
        assert self.validated(tmp_path, GREET) == []
        assert self.validated(tmp_path, GREET.replace("def run(", "def execute(")) == [("AF-P510", "error")]
        assert self.validated(tmp_path, GREET) == []

    def test_a_module_that_is_gone_is_missed(self, tmp_path: Path) -> None:
        text = f"import clever_library\n{GREET}"
        (tmp_path / "site").mkdir()
        (tmp_path / "site/clever_library.py").write_text("")
        with pytest.MonkeyPatch.context() as patch:
            patch.syspath_prepend(tmp_path / "site")
            assert self.validated(tmp_path, text) == []
        assert self.validated(tmp_path, text) == [("AF-P503", "warning")]

    def test_it_is_not_read_again(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        assert self.validated(tmp_path, GREET) == []
        monkeypatch.setattr(load_refusals, "load_refusals", None)
        assert self.validated(tmp_path, GREET) == []

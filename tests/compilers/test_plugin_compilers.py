"""Compilers of plugins: found by their scheme, configured, switched off, and told where they fail."""

from pathlib import Path

import pytest

from tests.bundles_archives.web import Web
from tests.compilers.flows import FLOW, finding, findings, serve
from tests.support.project import Project

HEAD = "from aetherflow.core.api import *\nTEXT = '''" + FLOW + "'''\n"
SIGNATURE = "    def compile(self, source, *, workflow_name=None, validate=True):\n"
GOOD = "        return compile_document(TEXT, source=source, workflow_name=workflow_name, validate=validate)\n"


def compiler(body: str, *, scheme: str = "my", head: str = "", more: str = "") -> str:
    return f'{HEAD}{head}\n@register_compiler("{scheme}")\nclass C(WorkflowCompilerPlugin):\n{SIGNATURE}{body}{more}'


def plugin(project: Project, text: str, name: str = "plugins/mine.py") -> Project:
    project.write(name, text)
    project.env["AETHERFLOW_PLUGIN_PATHS"] = name.partition("/")[0]
    return project


def test_the_scheme_picks_the_plugin_whatever_its_case(project: Project) -> None:
    plugin(project, compiler(GOOD))
    for uri in ("my://a", "MY://a"):
        outcome = project.aetherflow("run", uri, "--json")
        assert outcome.json["jobs"]["load"]["outputs"] == {"said": "orders of today"}


def test_a_compiler_is_given_what_stands_behind_the_scheme_or_all_of_it(project: Project) -> None:
    body = "        raise ValueError(repr(source))\n"
    plugin(project, compiler(body))
    assert "invalid" not in finding(project, "my://a/b?c") and "'a/b?c'" in finding(project, "my://a/b?c")
    plugin(project, compiler(body, more="    takes_whole_uri = True\n"))
    assert "'my://a/b?c'" in finding(project, "my://a/b?c")


def test_validate_runs_the_code_of_the_one_plugin_that_the_scheme_needs(project: Project) -> None:
    for name in ("a", "b", "c"):
        project.write(f"plugins/{name}/{name}.py", compiler(GOOD, scheme=name, head=f"open('{name}.ran', 'w').close()"))
    project.write("plugins/a/aetherflow-plugin.yaml", "name: a\n")
    project.env["AETHERFLOW_PLUGIN_PATHS"] = "plugins/a,plugins/b,plugins/c"
    project.write("flow.yaml", FLOW)
    assert findings(project, "flow.yaml") == []
    assert list(project.root.glob("*.ran")) == []
    assert findings(project, "b://x") == []
    assert [path.name for path in project.root.glob("*.ran")] == ["b.ran"]


IN = "the compiler says so in "


@pytest.mark.parametrize(
    ("ending", "told"),
    [
        ("raise FileNotFoundError('no Sunday')", f"AF-C104 there is no such flow: no Sunday | {IN}"),
        ("raise ValueError('no day')", f"AF-C136 the source is no valid flow: no day | {IN}"),
        ("raise ConnectionError('closed')", f"AF-C103 the source cannot be read: closed | {IN}"),
        ("raise KeyError('x')", "AF-C130 the compiler failed: KeyError: 'x' | this is a defect of the compiler, in "),
        ("raise SystemExit(3)", "AF-C130 the compiler failed: SystemExit: 3 | "),
        ("return {'flow': 1}", 'AF-C131 the compiler of "my://" gives a dict, and no compiled flow | '),
        ("return None", 'AF-C131 the compiler of "my://" gives a NoneType, and no compiled flow | '),
        ("return LazyFlow(lambda: 1 / 0)", "AF-C130 the compiler failed: ZeroDivisionError: division by zero | "),
        ("return compile_document({'a': object()}, source=source)", "AF-C125 the mapping that the flow was made of"),
        ("return compile_document(b'a: \\xff', source=source)", "AF-Y004 "),
        ("raise FlowNotFound('no day', hint='give one')", "AF-C104 no day | give one"),
        ("raise SourceUnavailable('closed')", "AF-C103 closed | None"),
        ("return compile_document('a: \\ud800', source=source)", "AF-"),
    ],
)
def test_what_a_compiler_raises_is_a_finding(ending: str, told: str, project: Project) -> None:
    outcome = plugin(project, compiler(f"        {ending}\n")).aetherflow("validate", "my://a", "--json")
    (one,) = outcome.json["diagnostics"]
    assert f"{one['code']} {one['message']} | {one['hint']}".startswith(told)
    assert outcome.exit_code == 2
    assert (one["file"] == "my://a") is (one["code"] != "AF-C131")


def test_all_that_is_wrong_with_a_flow_is_told_at_once(project: Project) -> None:
    text = FLOW.replace("type: log", "type: lgo").replace("depends_on", "depend_on")
    plugin(project, compiler(GOOD).replace(FLOW, text))
    project.write("flow.yaml", text)
    assert findings(project, "my://a") == findings(project, "flow.yaml")
    assert len(findings(project, "my://a")) == 3


def test_what_a_compiler_prints_is_no_part_of_the_result(project: Project) -> None:
    plugin(project, compiler("        print('hello')\n" + GOOD, head="print('imported')"))
    outcome = project.aetherflow("validate", "my://a", "--json")
    assert outcome.json["ok"]
    assert "hello" in outcome.stderr


OPTIONS = "    def __init__(self, *, day='today', hours=0):\n        self.day = day\n"
SAID = "        return compile_document(TEXT.replace('default: today', f'default: {self.day}'), source=source)\n"


@pytest.mark.parametrize("name", ["my", "mine", "MY"])
def test_options_come_by_the_scheme_or_the_name_of_the_plugin(name: str, project: Project) -> None:
    plugin(project, compiler(SAID, more=OPTIONS), "mine/c.py")
    project.write("plugins.yaml", f"workflow_plugins: {{{name}: {{options: {{day: '{{{{env.DAY}}}}'}}}}}}\n")
    outcome = project.aetherflow("run", "my://a", "--json", DAY="Friday")
    if name == "MY":
        assert outcome.json["jobs"]["load"]["outputs"] == {"said": "orders of today"}
    else:
        assert outcome.json["jobs"]["load"]["outputs"] == {"said": "orders of Friday"}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("{days: 1}", 'AF-C132 the compiler of "my://" cannot be created with its options: TypeError: '),
        ("{day: '{{env.NOBODY}}'}", 'AF-C132 the options of the compiler of "my://" cannot be rendered: '),
        ("{day: '{{jobs.a}}'}", 'AF-C132 the options of the compiler of "my://" cannot be rendered: '),
    ],
)
def test_options_that_do_not_fit_are_told_at_their_line(options: str, told: str, project: Project) -> None:
    plugin(project, compiler(SAID, more=OPTIONS))
    project.write("plugins.yaml", f"workflow_plugins:\n  my: {{options: {options}}}\n")
    (one,) = project.aetherflow("validate", "my://a", "--json").json["diagnostics"]
    assert f"{one['code']} {one['message']}".startswith(told)
    assert (one["file"], one["line"], one["column"]) == ("plugins.yaml", 2, 3)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("{timeout_seconds: soon}", "timeout_seconds must be a number of seconds, at most a day, found 'soon'"),
        ("{timeout_seconds: 0}", "timeout_seconds must be above 0"),
        ("{headers: s3cret}", "headers must be a mapping of names to texts, found str"),
        ("{headers: {X-A: 5}}", "the header 'X-A' must be a text: put it in quotes"),
    ],
)
def test_options_of_a_built_in_compiler_are_checked_too(options: str, told: str, project: Project) -> None:
    project.write("plugins.yaml", f"workflow_plugins: {{https: {{options: {options}}}}}")
    assert f"ValueError: {told} | " in finding(project, "https://127.0.0.1:1/x")


def test_options_of_one_file_system_are_not_for_another(project: Project) -> None:
    project.write("flow.yaml", FLOW)
    uri = f"local://{project.root}/flow.yaml"
    for other in ("s3", "sftp"):
        project.write("plugins.yaml", f"workflow_plugins: {{{other}: {{enabled: false}}}}")
        assert project.aetherflow("validate", uri, "--json").json["diagnostics"] == []
    project.write("plugins.yaml", "workflow_plugins: {local: {options: {colour: red}}}")
    assert "AF-C135" not in project.aetherflow("validate", uri).stderr
    project.write("plugins.yaml", "workflow_plugins: {local: {enabled: false}}")
    assert finding(project, uri).startswith('AF-C133 the compiler of "local://" is switched off')
    project.write("plugins.yaml", "workflow_plugins: {s3: {enabled: false}}")
    assert finding(project, "s3a://flows/a.yaml").startswith('AF-C133 the compiler of "s3a://" is switched off')


def test_a_compiler_that_is_switched_off_is_not_even_loaded(project: Project) -> None:
    plugin(project, compiler(GOOD, head="raise RuntimeError('loaded')"))
    project.write("plugins.yaml", "workflow_plugins: {my: {enabled: false}}")
    assert finding(project, "my://a") == (
        'AF-C133 the compiler of "my://" is switched off | write `enabled: true` under `my`, or take the line out'
    )


def test_a_setting_that_no_compiler_gets_is_warned_of(project: Project) -> None:
    project.write("flow.yaml", FLOW)
    project.write("plugins.yaml", "workflow_plugins: {htps: {enabled: false}, sqlite: {}}")
    assert finding(project, "flow.yaml") == (
        'AF-C135 there is no compiler "htps" that this setting could be for | did you mean "https"?'
    )


def test_a_plugin_that_cannot_be_loaded_is_refused_with_code_3(project: Project) -> None:
    plugin(project, compiler(GOOD, head="import nothing_of_that_name"))
    outcome = project.aetherflow("validate", "my://a")
    assert outcome.exit_code == 3
    assert "nothing_of_that_name" in outcome.stdout


def test_a_built_in_scheme_is_taken_over_only_with_leave(project: Project) -> None:
    plugin(project, compiler(GOOD, scheme="sqlite"))
    assert project.aetherflow("validate", "sqlite://x").exit_code == 3
    project.write("plugins.yaml", "allow_overrides: [sqlite]")
    assert project.aetherflow("validate", "sqlite://x").exit_code == 0


@pytest.mark.parametrize("scheme", ["file", "STDIN"])
def test_nobody_takes_over_what_reads_files(scheme: str, project: Project) -> None:
    plugin(project, compiler(GOOD, scheme=scheme))
    project.write("plugins.yaml", f"allow_overrides: [{scheme}, {scheme.lower()}]")
    outcome = project.aetherflow("validate", project.write("flow.yaml", FLOW))
    assert f'AetherFlow itself reads "{scheme.lower()}://"' in outcome.stdout
    assert outcome.exit_code == 3


def test_a_document_with_several_workflows_is_for_the_compiler_to_know(project: Project) -> None:
    body = "        raise ValueError(f'{workflow_name} {validate}')\n"
    plugin(project, compiler(body))
    assert "invalid flow" not in finding(project, "my://a", "--workflow", "b")
    assert "b True" in finding(project, "my://a", "--workflow", "b")


def test_a_flow_of_a_compiler_says_itself_which_workflow_is_meant(project: Project) -> None:
    job = "[{id: x, steps: [{id: s, type: log, inputs: {message: A}}]}]"
    both = f"workflows: {{a: {{flow: {{id: a}}, jobs: {job}}}, b: {{flow: {{id: b}}, jobs: []}}}}"
    plugin(project, compiler(f"        return compile_document({both!r}, source=source, workflow_name='a')\n"))
    assert project.aetherflow("run", "my://x", "--json").json["flow_id"] == "a"


ENTERPRISE = {"AETHERFLOW_MODE": "enterprise"}


def test_in_enterprise_mode_only_listed_schemes_are_asked(site: Web, project: Project) -> None:
    project.write("flow.yaml", FLOW)
    url = serve(site)
    for name in ("flow.yaml", f"file://{project.root}/flow.yaml", "yaml://flow.yaml", f"yaml://{FLOW}"):
        assert findings(project, name, **ENTERPRISE) == []
    assert finding(project, url, **ENTERPRISE) == (
        'AF-C134 in enterprise mode no flow may come from "http://" | '
        "the operator allows schemes under `trust.schemes` of the manifest: it lists none"
    )
    project.write("m.yaml", "version: 1\nmode: enterprise\ntrust: {schemes: [https, sqlite]}\n")
    assert "it lists https, sqlite" in finding(project, url, "--bundle-manifest", "m.yaml")
    assert site.asked == []
    project.write("m.yaml", "version: 1\nmode: enterprise\ntrust: {schemes: [HTTP]}\n")
    assert findings(project, url, "--bundle-manifest", "m.yaml") == []


def test_in_enterprise_mode_a_plugin_of_the_environment_compiles_nothing(project: Project, tmp_path: Path) -> None:
    plugin(project, compiler(GOOD))
    project.write("m.yaml", "version: 1\nmode: enterprise\ntrust: {schemes: [my]}\n")
    outcome = project.aetherflow("validate", "my://a", "--bundle-manifest", "m.yaml")
    assert 'error[AF-Y013]: nothing here reads flows from "my://"' in outcome.stdout
    project.write("m.yaml", "version: 1\nmode: enterprise\ntrust: {schemes: [my]}\npaths: {plugins: [plugins]}\n")
    del project.env["AETHERFLOW_PLUGIN_PATHS"]
    assert findings(project, "my://a", "--bundle-manifest", "m.yaml") == []


def test_a_time_to_live_and_a_key_of_its_own_decide_whether_a_compiler_is_asked(project: Project) -> None:
    count = "        with open('asked', 'a') as file: file.write('x')\n"
    for more, asked in (
        ("", 2),
        ("    cache_ttl_seconds = 600\n", 1),
        ("    def is_cache_valid(self, key): return key == 'a'\n", 1),
        ("    cache_ttl_seconds = 600\n    def get_cache_key(self, source): return ''\n", 2),
    ):
        (project.root / "asked").write_text("")
        plugin(project, compiler(count + GOOD, more=more))
        for _ in range(2):
            assert findings(project, "my://a") == []
        assert len((project.root / "asked").read_text()) == asked, more
        for copy in (project.root / "state").glob("compiled-flows/*"):
            copy.unlink()

"""What plugins are called, and call what they register, hides none of them from the rules."""

from aetherflow.core.plugins.digests import short_path_digest
from tests.plugin_runs.plugins import flow_of, write_plugin
from tests.support.project import Outcome, Project

HAIL = """
from aetherflow.core.api import register_step

@register_step("hail")
def hail(ctx, inputs):
    return {{"by": "{}"}}
"""


def run_three(project: Project, imitating: str) -> Outcome:
    """Run a flow with a victim, one that shares its name, and one that is called as the victim is known then."""
    for folder, name in (("victim", "orders"), ("evil/x", "orders"), ("evil/y", imitating)):
        write_plugin(project.root / folder, steps=HAIL.format(folder) if folder != "evil/x" else "")
        project.write(f"{folder}/aetherflow-plugin.yaml", f"name: {name}\n")
    project.write("manifest.yaml", "version: 1\nmode: enterprise\npaths: {plugins: [victim, evil/x, evil/y]}\n")
    project.write("flow.yaml", flow_of("hail"))
    return project.aetherflow("run", "flow.yaml", "--bundle-manifest", "manifest.yaml")


def test_no_plugin_takes_the_place_of_another_by_its_name(project: Project) -> None:
    digest = short_path_digest(str(project.root / "victim"))
    outcome = run_three(project, f"orders-{digest}")
    assert outcome.exit_code == 3
    assert "error[AF-P602]" in outcome.stderr
    assert f'may not override the step "hail" of the plugin "orders-{digest}"' in outcome.stderr
    listed = project.aetherflow("plugins", "list", "--json", "--bundle-manifest", "manifest.yaml").json
    assert [each["path"] for each in listed["plugins"][1:]] == [
        str(project.root / folder) for folder in ("victim", "evil/x", "evil/y")
    ]


def test_nor_by_another_spelling_of_it(project: Project) -> None:
    digest = short_path_digest(str(project.root / "victim"))
    assert run_three(project, f"Orders_{digest.upper()}").exit_code == 3


def test_a_name_that_nobody_can_see_is_refused_by_every_verb(project: Project) -> None:
    write_plugin(project.root / "plugins", steps=HAIL.format("x").replace('"hail"', '"log\\u200b"'))
    project.write("flow.yaml", flow_of("log", inputs="{message: hi}"))
    words = ("--plugin-path", "plugins")
    for verb in (("validate", "flow.yaml"), ("run", "flow.yaml"), ("plugins", "doctor", "--loaded")):
        outcome = project.aetherflow(*verb, *words)
        assert outcome.exit_code == 3
        assert (outcome.stdout + outcome.stderr).count("error[AF-P504]: the step cannot be called 'log\\u200b'") == 1

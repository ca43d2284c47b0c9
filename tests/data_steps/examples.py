"""Runs the examples of docs/reference as they stand there."""

from tests.support.project import REPOSITORY, Outcome, Project


def run_example(project: Project, name: str, *options: str, **env: str) -> Outcome:
    """Run docs/reference/examples/NAME.yaml with the command line; ``env`` tells it of this place."""
    flow = REPOSITORY / "docs/reference/examples" / f"{name}.yaml"
    return project.aetherflow("run", flow, "--json", *options, timeout_seconds=110, **env)


def outputs_of(outcome: Outcome, job: str, step: str) -> dict[str, object]:
    """Give the outputs of a step of a run that succeeded."""
    assert outcome.exit_code == 0, outcome.stderr + outcome.stdout
    outputs: dict[str, object] = outcome.json["jobs"][job]["steps"][step]["outputs"]
    return outputs

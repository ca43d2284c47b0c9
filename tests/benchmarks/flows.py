"""Flows, made to measure: each function gives the text of a flow (or of a justfile) of a wanted size."""

from collections.abc import Iterator

HEADER = "version: 1\nflow:\n  id: {flow_id}\njobs:\n"


def one_step() -> str:
    """Give a flow that runs one program."""
    return true_steps(1)


def true_steps(count: int) -> str:
    """Give a flow of one job that runs `/bin/true` as often as wanted."""
    steps = "".join(
        f"      - id: s{number}\n        type: external.process\n        inputs: {{command: [/bin/true]}}\n"
        for number in range(count)
    )
    return HEADER.format(flow_id="true_steps") + "  - id: all\n    steps:\n" + steps


def justfile(count: int) -> str:
    """Give the same work as `true_steps` as recipes of `just`, all of them needed by the recipe `all`."""
    recipes = "".join(f"r{number}:\n    @/bin/true\n" for number in range(count))
    return "all: " + " ".join(f"r{number}" for number in range(count)) + "\n" + recipes


def log_steps(count: int) -> str:
    """Give a flow of one job whose steps run in process and have an output to record."""
    steps = "".join(
        f'      - id: s{number}\n        type: log\n        inputs: {{message: "step {number} of {count}"}}\n'
        for number in range(count)
    )
    return HEADER.format(flow_id="log_steps") + "  - id: all\n    steps:\n" + steps


def large_flow(count: int, steps_per_job: int = 100) -> str:
    """Give a flow to validate: jobs in a chain, every tenth step with a template, a retry and a promoted output."""
    jobs = (_large_job(number, steps_per_job) for number in range(count // steps_per_job))
    return HEADER.format(flow_id="large_flow") + "".join(jobs)


def _large_job(number: int, steps: int) -> str:
    needs = f"    depends_on: [job_{number - 1}]\n" if number else ""
    return f"  - id: job_{number}\n{needs}    steps:\n" + "".join(_large_steps(steps))


def _large_steps(count: int) -> Iterator[str]:
    for number in range(count):
        yield f"      - id: s{number}\n        type: external.process\n        inputs:\n"
        if number % 10 == 9:
            yield f'          command: [/bin/echo, "{{{{steps.s{number - 1}.exit_code}}}}"]\n'
            yield "        retry: {max_attempts: 2}\n"
            yield f'        outputs: {{code_{number}: "{{{{result.exit_code}}}}"}}\n'
        else:
            yield "          command: [/bin/true]\n"

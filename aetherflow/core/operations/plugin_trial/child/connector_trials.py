"""Trials of a connector: opened and closed by itself, as a run does it around steps."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from aetherflow.core.operations.plugin_trial.child.ground import TrialGround
from aetherflow.core.operations.plugin_trial.child.leftovers import leftover_trial
from aetherflow.core.operations.plugin_trial.values import Told, failed, not_run, passed
from aetherflow.core.runner.foreign_error import described
from aetherflow.core.validation.schema_problems import SchemaJudge

CODE = "AF-P909"
_EXAMPLES = "give it a config that works, or say `not_run` and why, under `examples` in aetherflow-plugin.yaml"
_HOW_TO_CLOSE = "let `close` take care of what it does: a run logs what it raises, and goes on"
_SECRET_WORDS = ("password", "passwd", "secret", "token", "key")


def connect(ground: TrialGround) -> Iterator[Told]:
    """Make it of its sample, open it and close it."""
    found = ground.contribution()
    wrong = _schema_problem(ground, found.input_schema)
    if wrong:
        yield wrong
        return
    connector, stage = None, "be made"
    try:
        connector = _made(ground, found.load())
        stage = "connect"
        connector.connect()
        stage = "close"
        connector.close()
    except BaseException as error:  # noqa: BLE001  # foreign code, which may raise what it likes
        said = f"cannot {stage}: {described(error, found)}"
        if ground.sample.is_made_up and stage == "connect":
            yield not_run("connect", f"{said}, with a made-up config; {_EXAMPLES}")
        else:
            yield failed("connect", CODE, said, _HOW_TO_CLOSE if stage == "close" else _EXAMPLES)
        return
    made_up = ", with a made-up config" if ground.sample.is_made_up and ground.sample.config else ""
    yield passed("connect", f"opens and closes{made_up}")


def close(ground: TrialGround) -> Iterator[Told]:
    """Close it twice, before it was open and after; then open it once more."""
    found = ground.contribution()
    stage = "be closed before it was opened"
    try:
        connector = _made(ground, found.load())
        connector.close()
        stage = "be opened"
        connector.connect()
        stage = "be opened twice"
        connector.connect()
        stage = "be closed"
        connector.close()
        stage = "be closed twice"
        connector.close()
        stage = "be made and opened again"
        again = _made(ground, found.load())
        again.connect()
        again.close()
    except BaseException as error:  # noqa: BLE001  # as above
        yield failed(
            "close", CODE, f"cannot {stage}: {described(error, found)}", "let `close` do nothing where nothing is open"
        )
        return
    yield passed("close", "before, twice, and opened again")


def secret(ground: TrialGround) -> Iterator[Told]:
    """Give it a secret where its config takes one, and look at how it shows itself."""
    found = ground.contribution()
    names = [name for name in ground.sample.config if any(word in name.lower() for word in _SECRET_WORDS)]
    if not names:
        yield not_run("secret", "no key of its config is a secret by its name")
        return
    config = {**ground.sample.config, **dict.fromkeys(names, ground.canary)}
    shown = []
    try:
        connector = found.load()(config=config, options=dict(ground.sample.options))
        shown = [repr(connector), str(connector)]
    except BaseException as error:  # noqa: BLE001  # as above
        shown = [described(error, found)]
    if any(ground.canary in text for text in shown):
        hint = "leave it out of `repr` and of messages: they end up in logs of others"
        yield failed("secret", "AF-P907", f"shows the {names[0]} of its config by repr or in an error", hint)
    else:
        yield passed("secret", "in no repr and no error")


def leftovers(ground: TrialGround) -> Iterator[Told]:
    """Look at what is different when it is closed."""
    found = ground.contribution()
    yield leftover_trial(ground, lambda: open_and_close(ground, found.load()))


def open_and_close(ground: TrialGround, target: Any) -> None:
    """Make a connector of the class, open it, and close it."""
    connector = _made(ground, target)
    connector.connect()
    connector.close()


def _made(ground: TrialGround, target: Any) -> Any:
    return target(config=dict(ground.sample.config), options=dict(ground.sample.options))


def _schema_problem(ground: TrialGround, schema: Mapping[str, Any] | None) -> Told | None:
    given = {"config": ground.sample.config, "options": ground.sample.options}
    problems = SchemaJudge(schema).problems(given) if schema else []
    return failed("connect", CODE, f"its example does not fit: {problems[0].message}") if problems else None


TRIALS: Mapping[str, Callable[[TrialGround], Iterator[Told]]] = {
    "connect": connect,
    "close": close,
    "secret": secret,
    "left behind": leftovers,
}

"""What the names in templates and conditions stand for before a run, as far as that can be known."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import Struct

from aetherflow.core.contracts.span import Span
from aetherflow.core.documents.flow_reader import LoadedFlow
from aetherflow.core.environment.masking import secret_names
from aetherflow.core.environment.snapshot import PROCESS_ORIGIN
from aetherflow.core.operations.explanation.values import HIDDEN, Site, site_of
from aetherflow.core.operations.preparation import Prepared
from aetherflow.core.resolution.scope import MISSING, Scope
from aetherflow.core.validation.flow_index import FlowIndex
from aetherflow.core.validation.uses import Where

Path = tuple[str, ...]


class Meaning(Struct, frozen=True, kw_only=True):
    """What a name stands for. A value that is known may be MISSING: then the default of a token takes its place."""

    origin: str
    source: Site | None = None
    variable: str | None = None
    set_by: str | None = None
    is_known: bool = False
    is_missing: bool = False
    value: Any = None


class Names:
    """Tells the meaning of names; the values of secret variables are hidden, in ``shown`` and in what it tells.

    ``given`` are the params of the command line, ``params`` the values of all that have one.
    """

    def __init__(
        self, prepared: Prepared, index: FlowIndex, given: Mapping[str, str], params: Mapping[str, Any]
    ) -> None:
        self._flow: LoadedFlow = prepared.checked_flow()
        self._index = index
        self._given = given
        self._params = params
        self._snapshot = prepared.snapshot
        self._patterns = prepared.settings.secret_env
        self._has_hook = bool(prepared.settings.secrets_module or prepared.settings.secrets_path)
        self._promoted = _promoted(index)
        env = prepared.snapshot.values
        secret = {name: HIDDEN for name in secret_names(env, self._patterns) if env[name]}
        shown = {"env": {**env, **secret}, "params": params, "flow_id": index.definition.flow.id}
        self._shown: dict[str, Any] = shown

    def scope(self, where: Where, *, hidden: Iterable[Path] = ()) -> Scope:
        """Give what is known before a run at a place, secrets hidden; so are variables that are not even set."""
        unset = {".".join(path[1:]): HIDDEN for path in hidden}
        env = {**self._shown["env"], **unset} if unset else self._shown["env"]
        return Scope({**self._shown, "env": env, "job": {"id": _owner(where)}})

    def scope_with_secrets(self, where: Where) -> Scope:
        """Give what is known before a run, to decide by; none of its values may be told."""
        return Scope({**self._shown, "env": self._snapshot.values, "job": {"id": _owner(where)}})

    def is_secret(self, path: Path) -> bool:
        """Tell the name of a secret variable."""
        return path[0] == "env" and bool(list(secret_names([".".join(path[1:])], self._patterns)))

    def meaning(self, path: Path, where: Where) -> Meaning:
        """Say what a name stands for at a place."""
        if path[0] in _UNKNOWN_ROOTS:
            return Meaning(origin=_UNKNOWN_ROOTS[path[0]])
        tell: dict[str, Callable[[Path, Where], Meaning]] = {
            "env": self._variable,
            "params": self._param,
            "steps": self._step,
            "jobs": self._job,
            "item": self._item,
            "index": self._item,
            "job": self._fact,
            "flow_id": self._fact,
        }
        return tell[path[0]](path, where)

    def _variable(self, path: Path, where: Where) -> Meaning:
        name = ".".join(path[1:])
        if not name:
            return Meaning(origin="the whole environment")
        if value := self._snapshot.values.get(name):
            set_by = self._snapshot.origins[name]
            by = f"the {set_by}" if set_by == PROCESS_ORIGIN else f"the env file {set_by}"
            shown = HIDDEN if self.is_secret(path) else value
            return Meaning(
                origin=f"variable {name}, set by {by}", variable=name, set_by=set_by, is_known=True, value=shown
            )
        state = "is empty" if name in self._snapshot.values else "is not set"
        if self._has_hook:
            return Meaning(origin=f"variable {name} {state}; the secrets hook may still give it", variable=name)
        return Meaning(origin=f"variable {name} {state}", variable=name, is_known=True, value=MISSING)

    def _param(self, path: Path, where: Where) -> Meaning:
        if len(path) < 2:
            return Meaning(origin="all params", is_known=True, value=dict(self._params))
        name = path[1]
        if name not in self._params:
            source = self._site("params", name, key=True)
            return Meaning(origin=f"param {name}, required and not given", source=source, is_missing=True)
        value = Scope(self._shown).lookup(path)
        if name in self._given:
            return Meaning(origin=f"param {name}, given", is_known=True, value=value)
        source = self._site("params", name, "default")
        return Meaning(origin=f"param {name}, its default", source=source, is_known=True, value=value)

    def _step(self, path: Path, where: Where) -> Meaning:
        steps = where.steps
        if steps is None or len(path) < 2:
            return Meaning(origin="all earlier steps of the job")
        what = f'output "{path[2]}"' if len(path) > 2 else "the outputs"
        return Meaning(
            origin=f"{what} of step {path[1]}", source=self._site(*steps.step_path(steps.positions[path[1]]))
        )

    def _job(self, path: Path, where: Where) -> Meaning:
        if len(path) < 2:
            return Meaning(origin="all jobs")
        job_id, number = path[1], self._index.jobs[path[1]]
        is_loop = self._index.job(job_id).for_each is not None
        key_at = 4 if is_loop else 3
        step = self._promoted.get((job_id, path[key_at])) if path[2:3] == ("outputs",) and len(path) > key_at else None
        if step is None:
            return Meaning(origin=_of_job(path, is_loop), source=self._site("jobs", number))
        source = self._site("jobs", number, "steps", step, "outputs", path[key_at], key=True)
        item = f", for item {path[3]}" if is_loop else ""
        step_id = self._index.job(job_id).steps[step].id
        return Meaning(origin=f"promoted by {job_id}.{step_id}{item}", source=source)

    def _item(self, path: Path, where: Where) -> Meaning:
        number = self._index.jobs[where.job_id or ""]
        what = "an item of for_each" if path[0] == "item" else "the number of the item, counted from 0"
        return Meaning(origin=what, source=self._site("jobs", number, "for_each"))

    def _fact(self, path: Path, where: Where) -> Meaning:
        origin = "the flow's id" if path[0] == "flow_id" else "the id of the job"
        return Meaning(origin=origin, is_known=True, value=self.scope(where).lookup(path))

    def _site(self, *path: str | int, key: bool = False) -> Site:
        span: Span = self._flow.span(*path, key=key)
        return site_of(span)


_UNKNOWN_ROOTS = {
    "run_id": "the run's id, known when it begins",
    "run": "a fact of the run, known when it runs",
    "result": "the step's own result",
}


def _owner(where: Where) -> str | None:
    """Give what `job.id` is: a handler's steps see its name."""
    return str(where.steps.path[-1]) if where.steps and where.steps.job is None else where.job_id


def _of_job(path: Path, is_loop: bool) -> str:
    part = path[2] if len(path) > 2 else ""
    if part == "outputs" and is_loop:
        return f"what job {path[1]} promotes, a list with an entry for each item"
    told = {"status": "how job {} ended", "items": "how the items of job {} ended", "outputs": "what job {} promotes"}
    return told.get(part, "job {}").format(path[1])


def _promoted(index: FlowIndex) -> Mapping[tuple[str, str], int]:
    """Give, for every job and key, the position of the step that promotes it."""
    return {
        (job_id, key): position
        for job_id in index.jobs
        for position, step in enumerate(index.job(job_id).steps)
        for key in step.outputs
    }

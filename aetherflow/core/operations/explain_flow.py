"""`explain FLOW`: why the jobs run in their order, and where every value comes from. Runs and decodes nothing."""

from collections.abc import Iterator

import msgspec

from aetherflow.core.compilers.uri import shown_flow
from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.documents.flow import JobDefinition
from aetherflow.core.documents.flow_reader import LoadedFlow
from aetherflow.core.operations.explanation.names import Names
from aetherflow.core.operations.explanation.order import JobOrder
from aetherflow.core.operations.explanation.resources import explained_resources
from aetherflow.core.operations.explanation.surroundings import (
    explained_env_files,
    explained_folders,
    explained_params,
    explained_settings,
)
from aetherflow.core.operations.explanation.texts import Texts
from aetherflow.core.operations.explanation.values import (
    FlowExplanation,
    JobExplanation,
    StepExplanation,
    TextExplanation,
    site_of,
)
from aetherflow.core.operations.preparation import Prepared, prepare
from aetherflow.core.operations.requests import FlowRequest
from aetherflow.core.validation.flow_index import FlowIndex, StepList, index_flow
from aetherflow.core.validation.given_params import GivenParams, resolve_params
from aetherflow.core.validation.uses import Use, uses_in


def explain(request: FlowRequest) -> FlowExplanation:
    """Explain a flow; raises InputError with all findings where it could not run. Params may still be missing."""
    prepared = prepare(request)
    flow = prepared.checked_flow()
    params = _known_params(request, prepared, flow)
    index = index_flow(flow.definition)
    texts = Texts(Names(prepared, index, request.params, params), strict=prepared.settings.strict_templates)
    uses = list(uses_in(index))
    jobs = _Jobs(flow, index, uses, texts)
    told = FlowExplanation(
        flow=shown_flow(request.flow),
        flow_id=flow.definition.flow.id,
        jobs=list(jobs.in_order()),
        handlers=list(jobs.handlers()),
        params=list(explained_params(prepared, request.params, params)),
        resources=list(explained_resources(prepared, texts)),
        settings=list(explained_settings(prepared, texts)),
        folders=list(explained_folders(prepared, params)),
        env_files=list(explained_env_files(prepared)),
        notes=list(_notes(prepared)),
    )
    return msgspec.convert(prepared.masker.mask(msgspec.to_builtins(told)), FlowExplanation)


def _known_params(request: FlowRequest, prepared: Prepared, flow: LoadedFlow) -> dict[str, object]:
    """Give the params that have a value; one that is missing is told, one that is wrong is refused."""
    params: GivenParams = resolve_params(flow, request.params)
    wrong = [finding for finding in params.diagnostics if not _is_missing(finding, request)]
    if wrong:
        raise prepared.refusal("the params are wrong", wrong)
    missing = {finding.path[1] for finding in params.diagnostics}
    return {name: value for name, value in params.values.items() if name not in missing}


def _is_missing(finding: Diagnostic, request: FlowRequest) -> bool:
    return finding.path[:1] == ("params",) and finding.path[1] not in request.params


def _notes(prepared: Prepared) -> Iterator[str]:
    if prepared.settings.secrets_module or prepared.settings.secrets_path:
        yield "the secrets hook was not asked: it may set more variables, and decodes what `decode` marks"


class _Jobs:
    """Puts what is told of strings at their steps."""

    def __init__(self, flow: LoadedFlow, index: FlowIndex, uses: list[Use], texts: Texts) -> None:
        self._flow = flow
        self._index = index
        self._texts = texts
        self._order = JobOrder(flow, index, uses)
        self._of_jobs: dict[str, list[Use]] = {}
        self._of_steps: dict[tuple[str | int, ...], list[Use]] = {}
        for use in uses:
            where = use.where
            if not use.references and not use.is_condition:
                continue  # an escaped brace alone
            if where.steps:
                self._of_steps.setdefault(where.steps.step_path(where.position), []).append(use)
            elif where.job_id:
                self._of_jobs.setdefault(where.job_id, []).append(use)

    def in_order(self) -> Iterator[JobExplanation]:
        lists = {steps.job_id: steps for steps in self._index.step_lists if steps.job}
        for job in self._order.jobs():
            yield self._job(job, lists[job.id])

    def handlers(self) -> Iterator[JobExplanation]:
        for steps in self._index.step_lists:
            if steps.job is None:
                site = site_of(self._flow.span(*steps.path, key=True))
                yield JobExplanation(id=str(steps.path[-1]), site=site, steps=list(self._steps(steps)))

    def _job(self, job: JobDefinition, steps: StepList) -> JobExplanation:
        path = steps.path[:-1]
        return JobExplanation(
            id=job.id,
            site=site_of(self._flow.span(*path)),
            after=self._order.reasons(job),
            texts=[self._text(use, len(path)) for use in self._of_jobs.get(job.id, ())],
            steps=list(self._steps(steps)),
        )

    def _steps(self, steps: StepList) -> Iterator[StepExplanation]:
        for position, step in enumerate(steps.steps):
            path = steps.step_path(position)
            texts = [self._text(use, len(path)) for use in self._of_steps.get(path, ())]
            yield StepExplanation(id=step.id, type=step.type, site=site_of(self._flow.span(*path)), texts=texts)

    def _text(self, use: Use, depth: int) -> TextExplanation:
        return self._texts.explain(use, self._flow, use.path, use.path[depth:])

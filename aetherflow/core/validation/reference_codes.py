"""The codes of what may be wrong with a reference: templates and conditions tell the same stories in two families."""

from msgspec import Struct


class ReferenceCodes(Struct, frozen=True, kw_only=True):
    """One code for each kind of mistake."""

    unknown_root: str
    root_elsewhere: str
    unknown_param: str
    unknown_step: str
    later_step: str
    unknown_output: str
    unknown_job: str
    own_job: str
    unknown_job_part: str
    unknown_job_output: str


TEMPLATE_CODES = ReferenceCodes(
    unknown_root="AF-T201",
    root_elsewhere="AF-T202",
    unknown_param="AF-T203",
    unknown_step="AF-T204",
    later_step="AF-T205",
    unknown_output="AF-T206",
    unknown_job="AF-T207",
    own_job="AF-T208",
    unknown_job_part="AF-T209",
    unknown_job_output="AF-T210",
)

CONDITION_CODES = ReferenceCodes(
    unknown_root="AF-W201",
    root_elsewhere="AF-W202",
    unknown_param="AF-W203",
    unknown_step="AF-W204",
    later_step="AF-W205",
    unknown_output="AF-W206",
    unknown_job="AF-W207",
    own_job="AF-W208",
    unknown_job_part="AF-W209",
    unknown_job_output="AF-W210",
)

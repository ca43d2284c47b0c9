"""What a hook is asked about: the run, a job, an item of its loop, or an attempt of a step."""

from typing import Any

from msgspec import Struct

from aetherflow.core.runner.history import Place


class Where(Struct, frozen=True, kw_only=True):
    """The place in a run, as events name it; outside of jobs and steps there is none."""

    job_id: str | None = None
    item: int | None = None
    step_id: str | None = None
    attempt: int | None = None

    def facts(self) -> dict[str, Any]:
        """Give it as the fields of an event."""
        return {name: getattr(self, name) for name in self.__struct_fields__}


THE_RUN = Where()


def where_of_place(place: Place, step_id: str | None = None, attempt: int | None = None) -> Where:
    """Give the place of a job or of an item, and of a step in there."""
    return Where(job_id=place.job_id, item=place.item if place.item >= 0 else None, step_id=step_id, attempt=attempt)

"""The step type http_request: a request to a web service."""

from typing import Any, ClassVar

from aetherflow.core.api import Step, StepContext, StepResult, register_step
from aetherflow.core.builtins.resource_use import using
from aetherflow.core.builtins.web.exchange import Service
from aetherflow.core.builtins.web.inputs import HttpRequestInputs
from aetherflow.core.builtins.web.settings import settings_of
from aetherflow.core.builtins.web.taking import HttpRequest


@register_step("http_request")
class HttpRequestStep(Step):
    """Asks a web service, and gives what it answers as outputs or as a file.

    Where a connection fails, or 429 or 5xx is answered, the same is asked again, as often as the resource's
    `max_attempts` allow: by GET, HEAD, OPTIONS, PUT and DELETE. A POST or PATCH is sent once, unless it has an
    `idempotency_key`, or the flow says `repeat`. The effects go by the method as well: after a crash, a POST or PATCH
    that was in flight is not sent again without your word, unless it has a key; a method that a template brings counts
    as such. Where that is too careful, write `effects: idempotent` on the step. `retry` on the step, and a resume after
    it has failed, send it again, too: a failure says where it may have arrived all the same.

    The path stays on the resource's server. A redirect to another one is followed by GET and HEAD alone, without
    credentials and headers of the resource and the step. A file appears under its name when it is whole, or not at
    all.
    """

    effects = "once"
    input_schema: ClassVar[type] = HttpRequestInputs
    output_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {
            "status": {"type": "integer", "description": "The status of the (last) answer."},
            "url": {"type": "string", "description": "Where it came from, after redirects, without credentials."},
            "headers": {"type": "object", "description": "The headers of `keep_headers`, in small letters, or null."},
            "json": {"description": "The answer, where it is JSON."},
            "text": {"type": ["string", "null"], "description": "The answer, where it is not, and is not empty."},
            "items": {"type": ["array", "null"], "description": "The items of all pages, unless they went to a file."},
            "count": {"type": ["integer", "null"], "description": "How many items there are."},
            "pages": {"type": ["integer", "null"], "description": "How many pages there were."},
            "bytes": {"type": "integer", "description": "How long the answer, all pages, or the file is."},
            "sha256": {"type": ["string", "null"], "description": "The SHA-256 of the answer or the file."},
            "path": {"type": ["string", "null"], "description": "The full path of the file."},
            "requests": {"type": "integer", "description": "How many requests were made; redirects do not count."},
        },
        "required": ["status", "url", "headers", "bytes", "requests"],
        "additionalProperties": False,
    }

    def run(self, ctx: StepContext, inputs: HttpRequestInputs) -> StepResult:
        """Ask; StepFailed names the resource, and says what the server said."""
        with using(ctx, inputs.resource) as connector:
            settings = settings_of(connector.config, connector.options)
            service = Service(connector.connect(), settings, ctx)
            return HttpRequest(service, inputs).run()

from pathlib import Path

from aetherflow.core.api import WorkflowCompilerPlugin, compile_document, register_compiler


@register_compiler("todo")
class Todo(WorkflowCompilerPlugin):
    """Makes a flow of a list of lines."""

    def compile(self, source, *, workflow_name=None, validate=True):
        lines = Path(source).read_text().splitlines()
        steps = [{"id": f"line{n}", "type": "log", "inputs": {"message": line}} for n, line in enumerate(lines)]
        return compile_document({"flow": {"id": "todo"}, "jobs": [{"id": "all", "steps": steps}]}, source=source)

"""The project's own tools: a calculator, of which each run makes one object, and a function."""

import ast
import math
import operator

from aetherflow.core.api import (
    BaseToolPlugin,
    ToolDefinition,
    ToolResult,
    register_plugin,
    register_tool,
)

LONGEST_EXPRESSION = 200  # characters
LARGEST = 2**63 - 1  # what JSON carries everywhere
LARGEST_EXPONENT = 64

_OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}


class NotComputable(ValueError):
    """An expression is none, or its value is too large."""


@register_plugin("calculator")
class Calculator(BaseToolPlugin):
    """Computes with numbers; nothing of an expression is executed as code."""

    @property
    def tools(self):
        return [
            ToolDefinition(
                name="evaluate",
                description="Evaluates an expression of numbers, + - * / // % ** and parentheses.",
                parameters={
                    "type": "object",
                    "properties": {"expression": {"type": "string", "description": "Such as `2 * (3 + 4)`."}},
                    "required": ["expression"],
                    "additionalProperties": False,
                },
            )
        ]

    async def execute(self, tool_name, params, context):
        try:
            return ToolResult(success=True, data={"value": evaluated(params["expression"])})
        except (NotComputable, ArithmeticError) as problem:
            return ToolResult(success=False, error=f"cannot compute {params['expression']!r}: {problem}")


@register_tool(
    "mean",
    parameters={
        "type": "object",
        "properties": {"numbers": {"type": "array", "items": {"type": "number"}, "minItems": 1}},
        "required": ["numbers"],
    },
)
def mean(params, ctx):
    """Gives the mean of some numbers."""
    return {"value": math.fsum(params["numbers"]) / len(params["numbers"])}


def evaluated(expression):
    """Give the value of an expression; raises NotComputable and ArithmeticError."""
    if len(expression) > LONGEST_EXPRESSION:
        raise NotComputable(f"it has more than {LONGEST_EXPRESSION} characters")
    try:
        return _value(ast.parse(expression.strip(), mode="eval").body)
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise error if isinstance(error, NotComputable) else NotComputable("it is no expression") from None


def _value(node):
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return _bounded(node.value)
    if isinstance(node, ast.UnaryOp) and type(node.op) in _OPERATORS:
        return _OPERATORS[type(node.op)](_value(node.operand))
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        left, right = _value(node.left), _value(node.right)
        if isinstance(node.op, ast.Pow) and abs(right) > LARGEST_EXPONENT:
            raise NotComputable(f"an exponent is beyond {LARGEST_EXPONENT}")
        return _bounded(_OPERATORS[type(node.op)](left, right))
    raise NotComputable("only numbers, + - * / // % ** and parentheses may stand in it")


def _bounded(value):
    if isinstance(value, complex) or abs(value) > LARGEST or math.isnan(value):
        raise NotComputable("a value is no number, or too large")
    return value

"""Puts values in the place of template tokens. What was put in is never rendered again; keys are never rendered."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from aetherflow.core.contracts.span import DocumentPath, render_path
from aetherflow.core.resolution.scope import MISSING, Scope
from aetherflow.core.resolution.tokens import OPENING, TemplateSyntaxError, Token, parse_template

Warn = Callable[[str], None]


class TemplateError(ValueError):
    """A string cannot be rendered. ``path`` leads to it inside the rendered structure; ``token_text`` is the token."""

    def __init__(self, message: str, token_text: str, path: DocumentPath) -> None:
        super().__init__(message)
        self.message = message
        self.token_text = token_text
        self.path = path

    def __str__(self) -> str:
        return f"{self.message} (in {render_path(self.path)})" if self.path else self.message


def _no_warning(message: str) -> None:
    """Warn nobody."""


def render(value: Any, scope: Scope, *, strict: bool = True, warn: Warn = _no_warning) -> Any:
    """Give a copy of a structure with every token replaced by its value; raises TemplateError.

    Without ``strict`` a token that has no value becomes an empty text, and ``warn`` is told why.
    """
    return _Rendering(scope, strict, warn).render(value, ())


class _Rendering:
    def __init__(self, scope: Scope, strict: bool, warn: Warn) -> None:
        self._scope = scope
        self._strict = strict
        self._warn = warn

    def render(self, value: Any, path: DocumentPath) -> Any:
        if isinstance(value, str):
            return self._string(value, path) if OPENING in value else value
        if isinstance(value, dict):
            return {key: self.render(child, (*path, key)) for key, child in value.items()}
        if isinstance(value, list):
            return [self.render(child, (*path, index)) for index, child in enumerate(value)]
        return value

    def _string(self, text: str, path: DocumentPath) -> Any:
        try:
            template = parse_template(text)
        except TemplateSyntaxError as error:
            raise TemplateError(error.message, text[error.start : error.end], path) from None
        if template.single:
            return _copy(self._value(template.single, template.single.typed_default, path))
        return "".join(
            part if isinstance(part, str) else _as_text(self._value(part, part.default, path))
            for part in template.parts
        )

    def _value(self, token: Token, default: Any, path: DocumentPath) -> Any:
        value = self._scope.lookup(token.path)
        if value is None or value is MISSING or value == "":
            return self._instead(token, value, default, path)
        return value

    def _instead(self, token: Token, value: Any, default: Any, path: DocumentPath) -> Any:
        """Decide what stands for a value that is absent, empty or null."""
        if token.default is not None:
            return default
        if value is not MISSING and token.path[0] != "env":
            return value
        message = f"{token.text}: {self._scope.explain_missing(token.path)}"
        if self._strict:
            raise TemplateError(message, token.text, path)
        self._warn(message)
        return ""


def _as_text(value: Any) -> str:
    """Write a value inside a longer string: text as it is, anything else as JSON (true, null, 5, {"a":1})."""
    if isinstance(value, str):
        return value
    return msgspec.json.encode(_copy(value), enc_hook=str).decode()


def _copy(value: Any) -> Any:
    """Copy the containers, so that a step which changes its inputs does not change what others are given."""
    if isinstance(value, Mapping):
        return {key: _copy(child) for key, child in value.items()}
    if isinstance(value, list | tuple):
        return [_copy(child) for child in value]
    return value

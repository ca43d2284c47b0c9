"""Explains strings that use values: each token, and what the whole comes to where that is known before a run."""

from collections.abc import Iterator

from msgspec.structs import replace

from aetherflow.core.contracts.span import DocumentPath, render_path
from aetherflow.core.operations.explanation.names import Meaning, Names
from aetherflow.core.operations.explanation.values import HIDDEN, Site, TextExplanation, TokenExplanation, site_of
from aetherflow.core.resolution.conditions import ConditionError, evaluate, parse_condition
from aetherflow.core.resolution.render import TemplateError, render
from aetherflow.core.resolution.scope import MISSING
from aetherflow.core.resolution.tokens import Template, Token, parse_template
from aetherflow.core.validation.pointing import Ground
from aetherflow.core.validation.uses import Use, Where


class Texts:
    """Explains the uses of a flow. ``strict`` is whether a token without a value is an error."""

    def __init__(self, names: Names, *, strict: bool) -> None:
        self._names = names
        self._strict = strict

    def explain(self, use: Use, ground: Ground, path: DocumentPath, shown_path: DocumentPath) -> TextExplanation:
        """Explain a template or a condition that stands at a path of a document; it is told by another path."""
        told = self._condition(use, ground, path) if use.is_condition else self._template(use, ground, path)
        return replace(told, path=render_path(shown_path))

    def _template(self, use: Use, ground: Ground, path: DocumentPath) -> TextExplanation:
        template = parse_template(use.text)
        tokens = list(self._tokens(template, use.where, ground, path))
        told = TextExplanation(
            path="", site=site_of(ground.span(*path)), written=self._written(template), tokens=tokens
        )
        if not all(token.is_known for token in tokens):
            return replace(told, problem=_problem(tokens))
        hidden = [token.path for token in template.tokens if token.default and self._names.is_secret(token.path)]
        try:
            value = render(use.text, self._names.scope(use.where, hidden=hidden), strict=self._strict)
        except TemplateError as error:
            return replace(told, problem=error.message)
        return replace(told, is_known=True, value=value)

    def _tokens(
        self, template: Template, where: Where, ground: Ground, path: DocumentPath
    ) -> Iterator[TokenExplanation]:
        """Explain every token; one that stands several times in a string is told once."""
        first: dict[str, Token] = {}
        for token in template.tokens:
            first.setdefault(token.text, token)
        for text, token in first.items():
            site = site_of(ground.find(path, text))
            meaning = self._with_default(self._names.meaning(token.path, where), token, template)
            yield _explained(self._shown(token), meaning, site)

    def _with_default(self, meaning: Meaning, token: Token, template: Template) -> Meaning:
        """Let the token's default take the place of a value that is absent, empty or null."""
        if not meaning.is_known:
            return meaning if token.default is None else replace(meaning, origin=f"{meaning.origin}; else the default")
        if meaning.value is not None and meaning.value is not MISSING and meaning.value != "":
            return meaning
        if token.default is not None:
            reason = meaning.origin if meaning.value is MISSING else f"{meaning.origin}, is empty"
            value = token.typed_default if template.single else token.default
            shown = HIDDEN if value and self._names.is_secret(token.path) else value
            return replace(meaning, origin=f"the default in the token: {reason}", value=shown)
        if meaning.value is MISSING and self._strict:
            return replace(meaning, is_known=False, is_missing=True, value=None)
        return replace(meaning, value="" if meaning.value is MISSING else meaning.value)

    def _condition(self, use: Use, ground: Ground, path: DocumentPath) -> TextExplanation:
        tokens = list(self._references(use, ground, path))
        site = site_of(ground.span(*path))
        told = TextExplanation(path="", site=site, written=use.text, tokens=tokens, is_condition=True)
        if not all(token.is_known for token in tokens):
            return replace(told, problem=_problem(tokens))
        try:
            holds = evaluate(parse_condition(use.text), self._names.scope_with_secrets(use.where))
        except ConditionError as error:
            return replace(told, problem=str(error))
        return replace(told, is_known=True, value=holds)

    def _references(self, use: Use, ground: Ground, path: DocumentPath) -> Iterator[TokenExplanation]:
        told: set[tuple[str, ...]] = set()
        for reference in use.references:
            if reference.path not in told:
                told.add(reference.path)
                text = use.text[reference.start : reference.end]
                site = site_of(ground.find(path, text, use.text.count(text, 0, reference.start)))
                meaning = self._names.meaning(reference.path, use.where)
                if meaning.value is MISSING:
                    meaning = replace(meaning, origin=f"{meaning.origin}, which is null here", value=None)
                yield _explained(text, meaning, site)

    def _written(self, template: Template) -> str:
        if not any(self._names.is_secret(token.path) for token in template.tokens):
            return template.text
        return "".join(part if isinstance(part, str) else self._shown(part) for part in template.parts)

    def _shown(self, token: Token) -> str:
        return without_default(token) if self._names.is_secret(token.path) else token.text


def without_default(token: Token) -> str:
    """Write a token, its default hidden if it has one."""
    return f"{{{{{'.'.join(token.path)}:{HIDDEN}}}}}" if token.default else token.text


def _problem(tokens: list[TokenExplanation]) -> str | None:
    missing = [token.text for token in tokens if token.is_missing]
    return f"there is no value for {', '.join(missing)}" if missing else None


def _explained(text: str, meaning: Meaning, site: Site) -> TokenExplanation:
    return TokenExplanation(
        text=text,
        origin=meaning.origin,
        site=site,
        source=meaning.source,
        variable=meaning.variable,
        set_by=meaning.set_by,
        is_known=meaning.is_known,
        is_missing=meaning.is_missing,
        value=meaning.value if meaning.is_known else None,
    )

"""Where every value of a resource comes from. Nothing is decoded: a marked leaf is told as a secret."""

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec.structs import replace

from aetherflow.core.connectors.marking import marking_of
from aetherflow.core.connectors.profiles import JSON_VARIABLE
from aetherflow.core.contracts.span import DocumentPath, render_path
from aetherflow.core.environment.masking import secret_names
from aetherflow.core.operations.explanation.texts import Texts, without_default
from aetherflow.core.operations.explanation.values import (
    HIDDEN,
    LeafExplanation,
    ResourceExplanation,
    TextExplanation,
    TokenExplanation,
    site_of,
)
from aetherflow.core.operations.preparation import Prepared
from aetherflow.core.resolution.tokens import OPENING, Token, parse_template
from aetherflow.core.validation.merged_resource import MergedResource
from aetherflow.core.validation.pointing import OnePlace
from aetherflow.core.validation.uses import Use, setting_uses


def explained_resources(prepared: Prepared, texts: Texts) -> Iterator[ResourceExplanation]:
    """Explain the resources of a flow, leaf by leaf."""
    flow = prepared.checked_flow()
    for name, resource in flow.definition.resources.items():
        merged = MergedResource(flow, name, resource, prepared.profiles)
        values = {"config": merged.values.config, "options": merged.values.options}
        leaves = list(_leaves(values, ()))
        secret = {leaf.path for leaf in marking_of(merged.values).leaves}
        secret |= {path for path, value in leaves if _is_written_secret(path, value, prepared.settings.secret_env)}
        yield ResourceExplanation(
            name=name,
            kind=resource.kind,
            driver=resource.driver,
            profile=resource.profile,
            site=site_of(flow.span("resources", name, key=True)),
            values=[_leaf(merged, texts, path, value, path in secret) for path, value in leaves],
        )


def _is_written_secret(path: DocumentPath, value: Any, patterns: Iterable[str]) -> bool:
    """Tell a `password` that somebody has written down by its key, as variables are told by their names."""
    is_literal = isinstance(value, str) and OPENING not in value
    return is_literal and any(secret_names([f"_{path[-1]}"], patterns))  # `*_TOKEN` is the token of a config, too


def _leaves(value: Any, path: DocumentPath) -> Iterator[tuple[DocumentPath, Any]]:
    """Give every value that has no others in it; an empty section is nothing to tell, an empty value in it is."""
    if isinstance(value, dict | list) and (value or len(path) < 2):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(child, (*path, key))
    else:
        yield path, value


def _leaf(merged: MergedResource, texts: Texts, path: DocumentPath, value: Any, is_secret: bool) -> LeafExplanation:
    ground, place = merged.origin(path)
    is_own, is_json = ground is merged.flow, isinstance(ground, OnePlace)
    under = merged.hidden(path) if is_own else None
    leaf = LeafExplanation(
        path=render_path(path),
        source="flow" if is_own else JSON_VARIABLE if is_json else "profile",
        site=None if is_json else site_of(ground.span(*place)),
        hides=site_of(under[0].span(*under[1])) if under else None,
        written=value,
        is_known=True,
        value=value,
    )
    for use in setting_uses(value, ()):
        leaf = _with_text(leaf, texts.explain(use, ground, place, path), use)
    return _hidden(leaf, value) if is_secret else leaf


def _with_text(leaf: LeafExplanation, text: TextExplanation, use: Use) -> LeafExplanation:
    if not use.references:  # an escaped brace alone
        return replace(leaf, value=text.value)
    return replace(
        leaf,
        written=text.written,
        tokens=text.tokens,
        is_known=text.is_known,
        value=text.value,
        problem=text.problem,
    )


def _hidden(leaf: LeafExplanation, value: Any) -> LeafExplanation:
    return replace(
        leaf,
        is_secret=True,
        written=_written(value),
        value=HIDDEN if leaf.is_known else None,
        tokens=[_token(told, token) for told, token in zip(leaf.tokens, _tokens(value), strict=False)],
    )


def _written(value: Any) -> str:
    """Tell of a marked value, which is one token or a literal, only the name that a token has."""
    return "".join(without_default(token) for token in _tokens(value)) or HIDDEN


def _token(told: TokenExplanation, token: Token) -> TokenExplanation:
    return replace(told, text=without_default(token), value=HIDDEN if told.is_known else None)


def _tokens(value: Any) -> tuple[Token, ...]:
    return parse_template(value).tokens if isinstance(value, str) and OPENING in value else ()

"""Reads a name of a condition: `jobs.extract.status`, `jobs["my-job"].outputs.files[0]`."""

from msgspec import Struct

from aetherflow.core.resolution.when.syntax_error import ConditionSyntaxError
from aetherflow.core.resolution.when.words import Word, WordStream


class Reference(Struct, frozen=True):
    """A name that a condition holds, and its offsets in the condition's text."""

    path: tuple[str, ...]
    start: int
    end: int


def read_name(words: WordStream) -> Reference:
    """Read the name that comes next, with all its keys and indices; raises ConditionSyntaxError."""
    first = words.advance()
    path = [_checked(first.text, first)]
    while words.next.start == words.last_end:
        word = words.next
        if word.kind == "segment":
            words.advance()
            path.append(_checked(word.text[1:], word))
        elif words.take("operator", "["):
            path.append(_key_in_brackets(words))
        else:
            break
    return Reference(tuple(path), first.start, words.last_end)


def _key_in_brackets(words: WordStream) -> str:
    word = words.next
    is_index = isinstance(word.value, int) and word.text.isdecimal()
    if word.kind != "literal" or not (is_index or isinstance(word.value, str)):
        raise ConditionSyntaxError(
            "brackets after a name take a key in quotes or an index from 0", word.start, word.end
        )
    words.advance()
    closing = words.next
    if not words.take("operator", "]"):
        raise ConditionSyntaxError('"]" is missing after the key', closing.start, closing.end)
    return _checked(str(word.value), word)


def _checked(name: str, word: Word) -> str:
    if name.startswith("__"):
        hint = "names lead to params, env, and outputs of jobs and steps only"
        raise ConditionSyntaxError(f'names that begin with "__" cannot be used: "{name}"', word.start, word.end, hint)
    return name

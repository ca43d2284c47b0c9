"""Reads a condition. What binds loosest comes first: or, and, not, one comparison, a value."""

from typing import Literal, NoReturn

from aetherflow.core.resolution.when.names import Reference, read_name
from aetherflow.core.resolution.when.nodes import (
    Comparator,
    Comparison,
    Junction,
    ListOf,
    Literally,
    Name,
    Negation,
    Node,
)
from aetherflow.core.resolution.when.syntax_error import ConditionSyntaxError
from aetherflow.core.resolution.when.words import KEYWORDS, Word, WordStream

LONGEST_CONDITION = 4096  # characters
DEEPEST_NESTING = 50
_IN_A_STEP = "compute the value in a step"
_OPERATORS = "operators are and, or, not, ==, !=, <, <=, >, >=, in"
_SIGNS: tuple[Comparator, ...] = ("==", "!=", "<", "<=", ">", ">=", "in")
_COMPARATORS: dict[str, Comparator] = {sign: sign for sign in _SIGNS}


def read_condition(text: str) -> tuple[Node, tuple[Reference, ...]]:
    """Read a whole condition: its root and the names in it, in order; raises ConditionSyntaxError."""
    if len(text) > LONGEST_CONDITION:
        message = f"the condition is too long: {len(text):,} characters, at most {LONGEST_CONDITION:,} are read"
        raise ConditionSyntaxError(message, 0, len(text), _IN_A_STEP)
    if not text.strip():
        raise ConditionSyntaxError("the condition is empty", 0, len(text), "write true, or leave the key out")
    parser = _Parser(text)
    return parser.whole(), tuple(parser.references)


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._words = WordStream(text)
        self._depth = 0
        self.references: list[Reference] = []

    def whole(self) -> Node:
        node = self._junction("or")
        if self._words.next.kind != "end":
            _refuse(self._words.next)
        return node

    def _junction(self, joint: Literal["and", "or"]) -> Node:
        start = self._words.next.start
        operands = [self._operand_of(joint)]
        while self._words.take("keyword", joint):
            operands.append(self._operand_of(joint))
        return operands[0] if len(operands) == 1 else Junction(joint, tuple(operands), self._since(start))

    def _operand_of(self, joint: Literal["and", "or"]) -> Node:
        return self._junction("and") if joint == "or" else self._negation()

    def _negation(self) -> Node:
        word = self._words.take("keyword", "not")
        if not word:
            return self._comparison()
        self._enter(word)
        operand = self._negation()
        self._depth -= 1
        return Negation(operand, self._since(word.start))

    def _comparison(self) -> Node:
        start = self._words.next.start
        left = self._value()
        comparator = self._comparator()
        if comparator is None:
            return left
        right = self._value()
        whole = self._since(start)
        second = self._words.next
        if self._comparator():
            raise ConditionSyntaxError(
                "comparisons cannot be chained", second.start, second.end, "join two comparisons with and"
            )
        return Comparison(comparator, left, right, whole)

    def _comparator(self) -> Comparator | None:
        if self._words.take_pair("not", "in"):
            return "not in"
        word = self._words.next
        comparator = _COMPARATORS.get(word.text) if word.kind in ("operator", "keyword") else None
        if comparator:
            self._words.advance()
        return comparator

    def _value(self) -> Node:
        word = self._words.next
        if word.kind == "literal":
            self._words.advance()
            return Literally(word.value, word.text)
        if word.kind == "name":
            return self._name()
        if self._words.take("operator", "("):
            return self._in_parentheses(word)
        if self._words.take("operator", "["):
            return self._list(word)
        raise _no_value(word)

    def _name(self) -> Name:
        reference = read_name(self._words)
        self.references.append(reference)
        return Name(reference.path, self._text[reference.start : reference.end])

    def _in_parentheses(self, opening: Word) -> Node:
        self._enter(opening)
        node = self._junction("or")
        if not self._words.take("operator", ")"):
            _refuse(self._words.next, wanted=f'")" is missing for the "(" at character {opening.start + 1}')
        self._depth -= 1
        return node

    def _list(self, opening: Word) -> ListOf:
        self._enter(opening)
        items: list[Node] = []
        while not self._words.take("operator", "]"):
            items.append(self._junction("or"))
            if not self._words.take("operator", ",") and not self._words.is_next("operator", "]"):
                wanted = f'"]" is missing for the "[" at character {opening.start + 1}'
                _refuse(self._words.next, wanted=wanted)
        self._depth -= 1
        return ListOf(tuple(items), self._since(opening.start))

    def _enter(self, word: Word) -> None:
        self._depth += 1
        if self._depth > DEEPEST_NESTING:
            message = f"the condition is nested more than {DEEPEST_NESTING} deep"
            raise ConditionSyntaxError(message, word.start, word.end, _IN_A_STEP)

    def _since(self, start: int) -> str:
        return self._text[start : self._words.last_end]


def _no_value(word: Word) -> ConditionSyntaxError:
    if word.kind == "end":
        return ConditionSyntaxError("a value is missing at the end", word.start, word.end)
    hint = "a number below one begins with 0, as in 0.5" if word.kind == "segment" else None
    return ConditionSyntaxError(f'a value is expected, not "{word.text}"', word.start, word.end, hint)


def _refuse(word: Word, wanted: str | None = None) -> NoReturn:
    """Say why the condition cannot go on with this word; `wanted` says what is missing instead."""
    hint: str | None
    if word.text == "(":
        message, hint = "there are no calls in conditions", _IN_A_STEP
    elif word.kind == "literal" and word.text[0] in "+-":
        message, hint = "there is no arithmetic in conditions", _IN_A_STEP
    elif word.text.lower() in KEYWORDS:
        message, hint = f'unexpected "{word.text}"', f"the word is {word.text.lower()}, in small letters"
    elif word.text == "is":
        message, hint = 'unknown operator "is"', "write == to compare"
    else:
        message, hint = wanted or f'unexpected "{word.text}"', None if wanted else _OPERATORS
    raise ConditionSyntaxError(message, word.start, word.end, hint)

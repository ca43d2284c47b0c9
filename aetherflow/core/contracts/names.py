"""What may be registered as a name: what people can read, type and tell apart, wherever it is printed."""

LONGEST_NAME = 200
#: What most names are made of.
NAME_HINT = f'a name is letters, digits, "_", ".", "-", ":" and "/", at most {LONGEST_NAME} characters'

#: Not those of the module `string`: that compiles patterns at its import.
LETTERS_AND_DIGITS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
_PLAIN = LETTERS_AND_DIGITS | {"_", ".", ":", "/", "-"}
#: What the scheme of a URI is made of (RFC 3986): git+https.
_OF_SCHEME = LETTERS_AND_DIGITS | {"+", "-", "."}
#: Letters and marks that leave no trace on a screen: fillers, joiners, inherent vowels, separators and selectors.
_INVISIBLE = (
    (0x34F, 0x34F),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFFA0, 0xFFA0),
    (0xE0100, 0xE01EF),
)


def name_problem(kind: str, name: str) -> str | None:
    """Say why nothing of this kind can be registered under a name; None where it can."""
    if not name.strip():
        return "it is empty"
    if len(name) > LONGEST_NAME:
        return f"it has {len(name):,} characters, and {LONGEST_NAME} are the most"
    if kind == "connector" and "" in name.split(":", 1):
        return "a kind or a driver is missing"
    if kind == "compiler":
        return _scheme_problem(name)
    if _PLAIN.issuperset(name):
        return None
    found = next((place for place, character in enumerate(name) if not _may_stand(character)), None)
    if found is not None:
        return f"{_described(name[found])} stands in it, as character {found + 1}"
    return "it begins with a mark that stands on no letter" if _is_mark(name[0]) else None


def _scheme_problem(scheme: str) -> str | None:
    if _OF_SCHEME.issuperset(scheme) and scheme[0].isalpha():
        return None
    return 'the scheme of a URI is ASCII letters, digits, "+", "-" and ".", and begins with a letter'


def name_hint(kind: str, name: str) -> str:
    """Say what a name of this kind may look like, for one that has a problem."""
    if kind != "compiler":
        return NAME_HINT
    corrected = name.strip().removesuffix("://").replace("_", "-")
    is_one = bool(corrected) and len(corrected) <= LONGEST_NAME and _scheme_problem(corrected) is None
    return f'"{corrected}" would do' if is_one else 'give it another one, such as "my-flows"'


def not_nameable(kind: str, name: str) -> str | None:
    """Say in a sentence that nothing of this kind can be registered under a name; None where it can."""
    problem = name_problem(kind, name)
    return f"the {kind} cannot be called {shown_name(name)}: {problem}" if problem else None


def shown_name(name: str) -> str:
    """Give a name in quotes, so that whatever is in it can be seen; the beginning of one that is too long."""
    return ascii(name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME // 4]}…")


def _may_stand(character: str) -> bool:
    if character.isascii():
        return character in _PLAIN
    from unicodedata import category  # deferred: plain ASCII needs none of its tables

    # Letters and digits of every script, and the marks that words of many are written with.
    is_of_a_word = category(character) in ("Ll", "Lu", "Lt", "Lm", "Lo", "Nd", "Mn", "Mc")
    return is_of_a_word and not any(first <= ord(character) <= last for first, last in _INVISIBLE)


def _is_mark(character: str) -> bool:
    from unicodedata import category  # deferred, as above

    return category(character) in ("Mn", "Mc")


def _described(character: str) -> str:
    if character == " ":
        return "a blank"
    if " " < character <= "~":
        return f"'{character}'"
    from unicodedata import name  # deferred, as above

    return f"U+{ord(character):04X} {name(character, '')}".rstrip()

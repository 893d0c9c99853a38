"""Why a text is no identifier, as one small tree.

IdentifierError        the root; never raised itself
 |- UnknownKindError   no kind is called so, or none fits
 |- FormatError        it does not look like one
 |- LengthError        it is too short or too long for one
 |- ChecksumError      it looks like one, but its check digits are wrong
 `- ComponentError     a part of it does not exist: a country, a public suffix

Each carries the kind and a sentence a person can read.
"""

from __future__ import annotations


class IdentifierError(ValueError):
    """The root; never raised itself."""

    sentence = "This is not a valid {kind}."

    def __init__(self, kind: str) -> None:
        super().__init__(self.sentence.format(kind=kind))
        self.kind = kind


class UnknownKindError(IdentifierError):
    """No kind is called so, or none fits what was typed."""

    sentence = (
        "“{kind}” is no identifier I know. I read e-mail addresses, web addresses, phone numbers, "
        "wallets, IBANs and handles; put the kind before a bare name, such as wechat:abc12345."
    )


class FormatError(IdentifierError):
    """It does not look like one."""

    sentence = "This does not look like a valid {kind}."


class LengthError(IdentifierError):
    """It is too short or too long for one."""

    sentence = "This is too short or too long for a valid {kind}."


class ChecksumError(IdentifierError):
    """It looks like one, but its check digits are wrong."""

    sentence = "The check digits of this {kind} are wrong: perhaps a typing error."


class ComponentError(IdentifierError):
    """A part of it does not exist: a country, a public suffix."""

    sentence = "A part of this {kind} does not exist."

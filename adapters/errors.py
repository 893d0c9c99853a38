"""What can go wrong with a face, as one small tree.

FaceError                 a face cannot serve; the message says what to do
 `- FaceRefusedError      the platform refuses us: trying again soon changes nothing
"""

from __future__ import annotations


class FaceError(Exception):
    """A face cannot serve; the message is for the operator and holds no secret."""


class FaceRefusedError(FaceError):
    """The platform refuses the token or the set-up; only the operator can mend that."""

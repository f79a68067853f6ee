"""What a policy may know of a subject: its circumstances, never its content.

Recorded with a verdict so that another policy can be tried on it later; so it stays small and
names no account.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import PurePosixPath
from typing import Any

from doorward.policy.vocabulary import UNKNOWN
from doorward.subjects import Subject, SubjectKind, Upload, Visibility

_LONGEST_EXTENSION = 16


@dataclass(frozen=True, slots=True)
class SubjectFacts:
    """The fields of the variable `subject`, by the same names. Defaults are the neutral values."""

    kind: SubjectKind
    surface: str = ""
    visibility: Visibility = Visibility.UNKNOWN
    jurisdiction: str = UNKNOWN
    has_account: bool = False
    declared_type: str = UNKNOWN
    sniffed_type: str = UNKNOWN
    filename_extension: str = ""
    size_bytes: int = -1
    width_px: int = -1
    height_px: int = -1
    pdq_quality: int = -1

    def to_json(self) -> dict[str, Any]:
        """Only what differs from the neutral values."""
        values = ((field.name, getattr(self, field.name), field.default) for field in fields(self))
        return {name: value for name, value, neutral in values if value != neutral}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "SubjectFacts":
        """The facts that `to_json` wrote, also by a version that knew more or fewer of them.

        Raises `ValueError` where the kind is absent or a value is of a kind not known here.
        """
        known = {field.name: body[field.name] for field in fields(cls) if field.name in body}
        if "kind" not in known:
            raise ValueError("recorded facts of a subject without its kind")
        known["kind"] = SubjectKind(known["kind"])
        known["visibility"] = Visibility(known.get("visibility", Visibility.UNKNOWN))
        return cls(**known)


def subject_facts(subject: Subject, facts: Mapping[str, str]) -> SubjectFacts:
    """The facts of `subject`; `facts` is what detectors said of it ("sniffed", "width", …)."""
    context = subject.context
    upload = subject if isinstance(subject, Upload) else None
    return SubjectFacts(
        kind=subject.kind,
        surface=context.surface or "",
        visibility=context.visibility,
        jurisdiction=_jurisdiction(context.jurisdiction),
        has_account=context.account is not None,
        declared_type=_media_type(upload.declared_type if upload else None),
        sniffed_type=_media_type(facts.get("sniffed")),
        filename_extension=_extension(upload.filename if upload else None),
        size_bytes=upload.body.size if upload else -1,
        width_px=_count(facts.get("width")),
        height_px=_count(facts.get("height")),
        pdq_quality=min(_count(facts.get("pdq_quality")), 100),
    )


def _jurisdiction(told: str | None) -> str:
    code = (told or "").strip().upper()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else UNKNOWN


def _media_type(told: str | None) -> str:
    """Without parameters and in lower case; what is not of the form "a/b" is unknown."""
    name = (told or "").partition(";")[0].strip().lower()
    main, slash, sub = name.partition("/")
    plain = slash and main and sub and "/" not in sub and not any(sign.isspace() for sign in name)
    return name if plain else UNKNOWN


def _extension(filename: str | None) -> str:
    suffix = PurePosixPath((filename or "").replace("\\", "/")).suffix[1:].lower()
    plain = suffix.isascii() and suffix.isalnum() and len(suffix) <= _LONGEST_EXTENSION
    return suffix if plain else ""


def _count(told: str | None) -> int:
    return int(told) if told is not None and told.isascii() and told.isdecimal() else -1

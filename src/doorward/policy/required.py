"""The table `[required]`: detectors without which the server does not start.

A key is a kind of subject ("upload") or one of the platform's own surfaces ("avatar"); a value names
detectors, or a detector and a code for which it must have a list: "imagery:csam_known".
"""

from collections.abc import Iterator, Mapping

from doorward.findings import Code
from doorward.policy.condition.complaints import did_you_mean, nearest
from doorward.policy.document import Document
from doorward.policy.problems import Problem, Severity
from doorward.policy.rules import Policy
from doorward.policy.vocabulary import DETECTORS
from doorward.subjects import Subject, SubjectKind

Configured = Mapping[SubjectKind, frozenset[str]]


def missing(policy: Policy, configured_by_kind: Configured) -> tuple[str, ...]:
    """Why the server cannot start; `configured_by_kind` joins what the detectors say of themselves."""
    everything = frozenset[str]().union(*configured_by_kind.values())
    texts = []
    for key, names in policy.required.items():
        kind = _kind(key)
        present = everything if kind is None else configured_by_kind.get(kind, frozenset())
        texts += [_text(policy, key, name) for name in names if name not in present]
    return tuple(texts)


def required_for(policy: Policy, subject: Subject) -> tuple[str, ...]:
    """What must look at `subject`: by its kind, and by its surface as far as it looks at such subjects."""
    names = list(policy.required.get(subject.kind.value, ()))
    surface = subject.context.surface
    if surface is not None and _kind(surface) is None:
        names += [name for name in policy.required.get(surface, ()) if _looks_at(name, subject.kind)]
    return tuple(dict.fromkeys(names))


def required_problems(document: Document) -> Iterator[Problem]:
    """What is wrong with the table `[required]`."""
    table = document.table.get("required", {})
    if not isinstance(table, dict):
        hint = 'write it as [required], and below it upload = ["imagery"]'
        yield _problem(document, "required", "`required` is not a table", hint)
        return
    for key, names in table.items():
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            hint = f'write {key} = ["imagery"]'
            yield _problem(document, key, f"`{key}` is not a list of detectors", hint)
            continue
        yield from _key_problems(document, key)
        for name in names:
            yield from _name_problems(document, key, name)


def _key_problems(document: Document, key: str) -> Iterator[Problem]:
    kinds = [kind.value for kind in SubjectKind]
    close = nearest(key, kinds)
    if close is not None and key not in kinds:
        message = f'"{key}" is taken for a surface of the platform; it looks like the kind "{close}"'
        yield _problem(document, key, message, f"did you mean `{close}`?", Severity.WARNING)


def _name_problems(document: Document, key: str, name: str) -> Iterator[Problem]:
    detector, colon, code = name.partition(":")
    if detector not in DETECTORS:
        hint = did_you_mean(detector, DETECTORS, f"detectors are {', '.join(DETECTORS)}")
        yield _problem(
            document, key, f'no detector called "{detector}" comes with Doorward', hint, Severity.WARNING
        )
    elif (kind := _kind(key)) is not None and kind not in DETECTORS[detector]:
        kinds = ", ".join(sorted(DETECTORS[detector]))
        message = f'"{detector}" does not look at the kind "{key}", so the server would never start'
        yield _problem(document, key, message, f"it looks at: {kinds}")
    codes = [member.value for member in Code]
    if colon and code not in codes:
        hint = did_you_mean(code, codes, f"codes are {', '.join(codes)}")
        yield _problem(document, key, f'there is no code "{code}"', hint)


def _kind(key: str) -> SubjectKind | None:
    return SubjectKind(key) if key in tuple(SubjectKind) else None


def _looks_at(name: str, kind: SubjectKind) -> bool:
    detector = name.partition(":")[0]
    return kind in DETECTORS.get(detector, frozenset({kind}))


def _text(policy: Policy, key: str, name: str) -> str:
    detector, _, code = name.partition(":")
    what = f"detector {detector!r}" + (f" with a list of code {code!r}" if code else "")
    mend = f"import one with `doorward lists import NAME FILE --code {code} …`" if code else "set it up"
    where = f"{policy.file}: [required] {key} needs the {what}, which is not there."
    return f"{where} Either {mend}, or take it out of [required]."


def _problem(
    document: Document, key: str, message: str, hint: str, severity: Severity = Severity.ERROR
) -> Problem:
    return Problem(document.file, document.required.of(key), severity, message, hint)

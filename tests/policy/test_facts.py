"""What a policy knows of a subject, and what is recorded of it."""

import json

import pytest

from doorward.bodies import MemoryBody
from doorward.policy.facts import SubjectFacts, subject_facts
from doorward.policy.vocabulary import VOCABULARY
from doorward.subjects import Context, Message, SubjectKind, Upload, Visibility


def upload(
    filename: str | None = None, declared_type: str | None = None, context: Context | None = None
) -> Upload:
    return Upload(MemoryBody.of(b"12345"), context or Context(), filename, declared_type)


def test_the_facts_have_the_fields_of_the_vocabulary() -> None:
    names = set(SubjectFacts.__dataclass_fields__)
    assert names == VOCABULARY["subject"].fields.keys()


def test_the_defaults_are_the_neutral_values_of_the_vocabulary() -> None:
    facts = SubjectFacts(SubjectKind.UPLOAD)
    for field in VOCABULARY["subject"].fields.values():
        if field.neutral is not None:
            assert getattr(facts, field.name) == field.neutral


def test_circumstances_and_what_detectors_said_become_facts() -> None:
    context = Context("a-1", "avatar", Visibility.PRIVATE, jurisdiction="de")
    told = {"sniffed": "image/png", "width": "640", "height": "480", "pdq_quality": "88", "sha256": "…"}
    assert subject_facts(upload("Holiday.JPG", "Image/JPEG; q=1", context), told) == SubjectFacts(
        kind=SubjectKind.UPLOAD,
        surface="avatar",
        visibility=Visibility.PRIVATE,
        jurisdiction="DE",
        has_account=True,
        declared_type="image/jpeg",
        sniffed_type="image/png",
        filename_extension="jpg",
        size_bytes=5,
        width_px=640,
        height_px=480,
        pdq_quality=88,
    )


def test_what_was_not_told_is_unknown_and_not_guessed() -> None:
    facts = subject_facts(upload(), {})
    assert (facts.jurisdiction, facts.declared_type, facts.sniffed_type) == ("unknown", "unknown", "unknown")
    assert (facts.has_account, facts.width_px, facts.filename_extension) == (False, -1, "")


@pytest.mark.parametrize(
    ("filename", "extension"),
    [
        ("a.tar.gz", "gz"),
        ("folder.x/name", ""),
        ("C:\\temp\\b.PNG", "png"),
        (".hidden", ""),
        ("a.", ""),
        ("a." + "x" * 17, ""),
        ("a.j pg", ""),
        ("a.jpé", ""),
    ],
)
def test_the_extension_is_the_end_of_the_name_or_nothing(filename: str, extension: str) -> None:
    assert subject_facts(upload(filename), {}).filename_extension == extension


@pytest.mark.parametrize("odd", ["image", "image/", "/png", "a/b/c", "image /png", ""])
def test_a_media_type_of_another_form_is_unknown(odd: str) -> None:
    assert subject_facts(upload(declared_type=odd), {}).declared_type == "unknown"


@pytest.mark.parametrize("odd", ["germany", "D", "1A", "ÄÖ", ""])
def test_a_jurisdiction_that_is_no_country_code_is_unknown(odd: str) -> None:
    assert subject_facts(upload(context=Context(jurisdiction=odd)), {}).jurisdiction == "unknown"


@pytest.mark.parametrize("odd", ["-3", "1.5", "many", "", "²"])
def test_a_size_that_is_no_number_is_unknown(odd: str) -> None:
    assert subject_facts(upload(), {"width": odd}).width_px == -1


def test_a_message_has_no_size() -> None:
    assert subject_facts(Message("hello", "c"), {}) == SubjectFacts(SubjectKind.MESSAGE)


def test_facts_survive_the_way_through_json_and_only_what_is_known_is_written() -> None:
    facts = SubjectFacts(SubjectKind.UPLOAD, "avatar", Visibility.PRIVATE, size_bytes=5)
    body = facts.to_json()
    assert body == {"kind": "upload", "surface": "avatar", "visibility": "private", "size_bytes": 5}
    assert SubjectFacts.from_json(json.loads(json.dumps(body))) == facts


def test_what_is_recorded_names_neither_account_nor_file() -> None:
    context = Context(account="account-77", ip="192.0.2.7")
    recorded = json.dumps(subject_facts(upload("my face.jpg", context=context), {}).to_json())
    assert "account-77" not in recorded
    assert "face" not in recorded
    assert "192.0.2.7" not in recorded


def test_facts_of_an_older_or_newer_version_are_read_as_far_as_they_go() -> None:
    assert SubjectFacts.from_json({"kind": "upload", "mood": "new"}) == SubjectFacts(SubjectKind.UPLOAD)


@pytest.mark.parametrize("body", [{}, {"kind": "parcel"}, {"kind": "upload", "visibility": "odd"}])
def test_facts_that_cannot_be_read_are_an_error_and_not_something_else(body: dict[str, str]) -> None:
    with pytest.raises(ValueError):
        SubjectFacts.from_json(body)

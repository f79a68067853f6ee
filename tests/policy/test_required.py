"""Detectors without which the server does not start."""

from doorward.bodies import MemoryBody
from doorward.policy.load import parse_policy
from doorward.policy.required import missing, required_for
from doorward.policy.rules import Policy
from doorward.subjects import Account, Context, Message, SubjectKind, Upload

RULE = """
[[rule]]
name = "hold-matches"
when = 'finding.kind == "match"'
decision = "hold"
reason = "A person looks."
"""


def requiring(table: str) -> Policy:
    return parse_policy(f"[required]\n{table}\n{RULE}", "policy.toml")


def upload(surface: str | None = None) -> Upload:
    return Upload(MemoryBody.of(b"x"), Context(surface=surface))


IMAGERY = {SubjectKind.UPLOAD: frozenset({"imagery", "imagery:canary"})}


def test_nothing_is_missing_where_nothing_is_required() -> None:
    assert missing(requiring(""), {}) == ()


def test_nothing_is_missing_where_everything_required_is_there() -> None:
    assert missing(requiring('upload = ["imagery"]\navatar = ["imagery:canary"]'), IMAGERY) == ()


def test_a_missing_detector_is_named_with_the_way_to_mend_it() -> None:
    (text,) = missing(requiring('message = ["conversation"]'), IMAGERY)
    assert text == (
        "policy.toml: [required] message needs the detector 'conversation', which is not there. "
        "Either set it up, or take it out of [required]."
    )


def test_a_missing_list_is_named_with_the_command_that_imports_one() -> None:
    (text,) = missing(requiring('upload = ["imagery:csam_known"]'), IMAGERY)
    assert "doorward lists import NAME FILE --code csam_known" in text


def test_a_detector_for_another_kind_does_not_count() -> None:
    assert len(missing(requiring('upload = ["imagery"]'), {SubjectKind.LINK: frozenset({"imagery"})})) == 1


def test_a_surface_is_content_with_a_detector_of_any_kind() -> None:
    assert missing(requiring('avatar = ["imagery"]'), IMAGERY) == ()
    assert len(missing(requiring('avatar = ["terms"]'), IMAGERY)) == 1


def test_a_subject_needs_what_its_kind_and_its_surface_require() -> None:
    policy = requiring('upload = ["imagery"]\navatar = ["imagery", "imagery:csam_known"]')
    assert required_for(policy, upload()) == ("imagery",)
    assert required_for(policy, upload("wall")) == ("imagery",)
    assert required_for(policy, upload("avatar")) == ("imagery", "imagery:csam_known")


def test_on_a_surface_only_detectors_that_look_at_such_subjects_are_needed() -> None:
    policy = requiring('profile = ["imagery", "identity", "their-own"]')
    assert required_for(policy, Account(context=Context(surface="profile"))) == ("identity", "their-own")
    assert required_for(policy, upload("profile")) == ("imagery", "their-own")
    assert required_for(policy, Message("hello", "c", context=Context(surface="profile"))) == ("their-own",)


def test_a_surface_called_like_a_kind_is_not_asked_twice() -> None:
    assert required_for(requiring('upload = ["imagery"]'), upload("upload")) == ("imagery",)

"""What callers send, as pydantic models: the edge of the house, where everything is checked.

An unknown field is refused: a misspelt `jurisdiction` that is silently dropped would change which
law applies.
"""

from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from doorward.doors.http.fields import (
    NO_NUL,
    Birth,
    Email,
    Filename,
    Identifier,
    IpAddress,
    Jurisdiction,
    Moment,
    PersonName,
    Phone,
    Surface,
)
from doorward.subjects import (
    Account,
    Contact,
    Context,
    Link,
    Message,
    Search,
    Subject,
    SubjectKind,
    Visibility,
)

_CONTEXT = {"account": "u-1842", "surface": "direct-message", "visibility": "private", "ip": "203.0.113.7"}


class Sent(BaseModel):
    """Anything that comes from outside."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def _example(value: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [value]})


class ContextIn(Sent):
    """The circumstances of a subject. What is left out counts as unknown, never as harmless."""

    account: Identifier | None = Field(
        default=None, description="The platform's id of the account that acts."
    )
    surface: Surface | None = Field(default=None, description='Where it appears: "avatar", "direct-message".')
    visibility: Visibility = Field(
        default=Visibility.UNKNOWN, description="Who can see it once it is let in."
    )
    occurred_at: Moment | None = Field(default=None, description="When it happened; not in the future.")
    ip: IpAddress | None = Field(default=None, description="Address of the account's device.")
    jurisdiction: Jurisdiction | None = Field(default=None, description="ISO 3166-1 alpha-2 code.")

    def context(self) -> Context:
        """The same in the house's own words."""
        return Context(
            account=self.account,
            surface=self.surface,
            visibility=self.visibility,
            occurred_at=self.occurred_at,
            ip=self.ip,
            jurisdiction=self.jurisdiction,
        )


class UploadContextIn(ContextIn):
    """The circumstances of an upload: header `Doorward-Context`, or form fields."""

    model_config = _example({**_CONTEXT, "surface": "avatar", "filename": "cat.png"})

    filename: Filename | None = Field(default=None, description="The name the account gave the file.")


class SubjectIn(ContextIn):
    """A subject that is sent as JSON; its circumstances stand beside what it says."""

    kind: ClassVar[SubjectKind]

    def subject(self) -> Subject:
        """What the gate is asked about."""
        raise NotImplementedError


class MessageIn(SubjectIn):
    """One message; the sender is `account`. Messages of one conversation are best judged together."""

    kind = SubjectKind.MESSAGE
    model_config = _example(
        {
            "conversation": "conv-77",
            "message_id": "m-3",
            "text": "See you at training on Tuesday.",
            "recipients": ["u-2210"],
            **_CONTEXT,
        }
    )

    conversation: Identifier | None = None
    text: Annotated[str, Field(max_length=100_000, pattern=NO_NUL)]
    message_id: Identifier | None = None
    recipients: Annotated[tuple[Identifier, ...], Field(max_length=1000)] = ()

    def subject(self) -> Message:
        return Message(
            conversation=self.conversation,
            text=self.text,
            message_id=self.message_id,
            recipients=self.recipients,
            context=self.context(),
        )


class ContactIn(SubjectIn):
    """`account` wants to reach `recipient`."""

    kind = SubjectKind.CONTACT
    model_config = _example({"recipient": "u-2210", "channel": "friend-request", **_CONTEXT})

    recipient: Identifier
    channel: Surface | None = None

    def subject(self) -> Contact:
        return Contact(recipient=self.recipient, channel=self.channel, context=self.context())


class AccountIn(SubjectIn):
    """The account `account` is created or changed."""

    kind = SubjectKind.ACCOUNT
    model_config = _example(
        {"names": ["Sam Example"], "born": "1990", "emails": ["sam@example.org"], **_CONTEXT}
    )

    names: Annotated[tuple[PersonName, ...], Field(max_length=20)] = ()
    born: Birth | None = Field(default=None, description="Year, month or date (ISO 8601), as far as known.")
    emails: Annotated[tuple[Email, ...], Field(max_length=20)] = ()
    phones: Annotated[tuple[Phone, ...], Field(max_length=20)] = ()

    def subject(self) -> Account:
        return Account(
            names=self.names,
            born=self.born,
            emails=self.emails,
            phones=self.phones,
            context=self.context(),
        )


class LinkIn(SubjectIn):
    """A URL that an account posts or opens."""

    kind = SubjectKind.LINK
    model_config = _example({"url": "https://example.org/holiday", **_CONTEXT})

    url: Annotated[str, Field(min_length=1, max_length=8192, pattern=NO_NUL)]

    def subject(self) -> Link:
        return Link(url=self.url, context=self.context())


class SearchIn(SubjectIn):
    """Words that an account searches for."""

    kind = SubjectKind.SEARCH
    model_config = _example({"query": "landscape photography", **_CONTEXT})

    query: Annotated[str, Field(min_length=1, max_length=2000, pattern=NO_NUL)]

    def subject(self) -> Search:
        return Search(query=self.query, context=self.context())


class SettlementIn(Sent):
    """A person's decision about a held item. The person is named: nobody is assumed."""

    model_config = _example({"by": "reviewer-12", "reason": "A holiday photograph; the list entry is wrong."})

    by: Identifier = Field(description="Who decided.")
    reason: Annotated[str, Field(min_length=1, max_length=2000, pattern=NO_NUL)]

"""What comes to the door: six kinds of subject and the circumstances they come in."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Protocol


class SubjectKind(StrEnum):
    """The six kinds of subject, by the names used in URLs, policy and metrics."""

    UPLOAD = "upload"
    MESSAGE = "message"
    CONTACT = "contact"
    ACCOUNT = "account"
    LINK = "link"
    SEARCH = "search"


class Visibility(StrEnum):
    """Who can see the subject once it is let in. Law differs between public and private."""

    PUBLIC = "public"
    PRIVATE = "private"
    ENCRYPTED = "encrypted"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Context:
    """What the platform told about the subject. What it did not tell is `None` or `unknown`.

    `surface` is the platform's own name for the place ("avatar", "direct-message"); `jurisdiction`
    an ISO 3166-1 alpha-2 code; `ip` the address of the account's device; `occurred_at` in UTC.
    """

    account: str | None = None
    surface: str | None = None
    visibility: Visibility = Visibility.UNKNOWN
    occurred_at: datetime | None = None
    ip: str | None = None
    jurisdiction: str | None = None


class Body(Protocol):
    """The bytes of an upload, in a file without a name, so that processes can share them uncopied."""

    @property
    def size(self) -> int:
        """Length in bytes."""
        ...

    def fileno(self) -> int:
        """A file descriptor that another process may be handed and map read-only."""
        ...

    def view(self) -> memoryview:
        """All bytes, mapped read-only; valid until `close`."""
        ...

    def close(self) -> None:
        """Give the memory back."""
        ...


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that an account wants to put on the platform."""

    kind: ClassVar[SubjectKind] = SubjectKind.UPLOAD
    body: Body
    context: Context = field(default_factory=Context)
    filename: str | None = None
    declared_type: str | None = None  # recorded, never believed


@dataclass(frozen=True, slots=True)
class Message:
    """One message; the sender is `context.account`. Without a conversation it stands alone."""

    kind: ClassVar[SubjectKind] = SubjectKind.MESSAGE
    text: str
    conversation: str | None = None
    message_id: str | None = None
    recipients: tuple[str, ...] = ()
    context: Context = field(default_factory=Context)


@dataclass(frozen=True, slots=True)
class Contact:
    """One account (`context.account`) wants to reach another."""

    kind: ClassVar[SubjectKind] = SubjectKind.CONTACT
    recipient: str
    channel: str | None = None
    context: Context = field(default_factory=Context)


@dataclass(frozen=True, slots=True)
class Account:
    """An account that is created or changed; its id is `context.account`."""

    kind: ClassVar[SubjectKind] = SubjectKind.ACCOUNT
    names: tuple[str, ...] = ()
    born: str | None = None  # as the platform knows it: a year, a month or a date (ISO 8601)
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    context: Context = field(default_factory=Context)


@dataclass(frozen=True, slots=True)
class Link:
    """A URL that an account posts or opens."""

    kind: ClassVar[SubjectKind] = SubjectKind.LINK
    url: str
    context: Context = field(default_factory=Context)


@dataclass(frozen=True, slots=True)
class Search:
    """Words that an account searches for."""

    kind: ClassVar[SubjectKind] = SubjectKind.SEARCH
    query: str
    context: Context = field(default_factory=Context)


Subject = Upload | Message | Contact | Account | Link | Search

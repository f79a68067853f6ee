"""Taking in an upload: room first, then the bytes, each of them written once.

Nothing outlives the `async with` block: when the answer is given, or the client goes away in the
middle, memory and disk space are free again.
"""

from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass

from fastapi import Request

from doorward.bodies import MemoryBody
from doorward.doors.http.budget import Lease, overloaded
from doorward.doors.http.circumstances import from_form, from_header
from doorward.doors.http.models import UploadContextIn
from doorward.doors.http.multipart import OVERHEAD_BYTES, Form, FormReader, boundary_of
from doorward.doors.http.reading import chunks, declared_length, rules, too_large
from doorward.doors.http.services import HttpServices, Reservation
from doorward.subjects import Upload


@dataclass(frozen=True, slots=True)
class Received:
    """An upload that arrived whole."""

    upload: Upload
    context: UploadContextIn
    reservation: Reservation | None


@dataclass(slots=True)
class _Intake:
    """Where the bytes go, and what watches them on the way."""

    body: MemoryBody
    lease: Lease
    limit: int

    def write(self, piece: bytes | memoryview) -> None:
        size = self.body.size + len(piece)
        if size > self.limit:
            raise too_large("The body", self.limit, "http.max_body_bytes")
        self.lease.cover(size)
        try:
            self.body.write(piece)
        except OSError as error:
            raise overloaded(f"There is no memory for the body ({error.strerror}). Send it again.") from error


@asynccontextmanager
async def receive(request: Request, services: HttpServices) -> AsyncIterator[Received]:
    """The upload that `request` carries. Everything that can be refused unread is refused first."""
    settings = services.settings
    boundary = boundary_of(request)
    reading = rules(services)
    header = from_header(request, reading)
    length = declared_length(request)
    most = settings.max_body_bytes + (OVERHEAD_BYTES if boundary else 0)
    if length is not None and length > most:
        raise too_large("The body", settings.max_body_bytes, "http.max_body_bytes")
    with ExitStack() as kept:
        lease = kept.enter_context(services.budget.lease(length or 0))
        reservation = _reserve(services, kept, length)
        intake = _Intake(kept.enter_context(_memory()), lease, settings.max_body_bytes)
        form = await _take_in(request, intake, boundary, most)
        if length is None:  # only now is it known how much room is needed
            reservation = _reserve(services, kept, intake.body.size)
        context = from_form(form, header, reading)
        upload = Upload(
            body=intake.body,
            context=context.context(),
            filename=context.filename,
            declared_type=form.declared_type,
        )
        yield Received(upload, context, reservation)


def _memory() -> MemoryBody:
    try:
        return MemoryBody()
    except OSError as error:
        raise overloaded(f"No memory file can be opened ({error.strerror}). Send the item again.") from error


def _reserve(services: HttpServices, kept: ExitStack, size: int | None) -> Reservation | None:
    """Disk space in case the upload must be preserved; without it the gate says so in its answer."""
    reservation = None if size is None else services.spool.reserve(size)
    if reservation is not None:
        kept.callback(reservation.release)
    return reservation


async def _take_in(request: Request, intake: _Intake, boundary: bytes | None, most: int) -> Form:
    if boundary is None:
        async for chunk in chunks(request):
            intake.write(chunk)
        return Form(declared_type=request.headers.get("content-type"))
    reader = FormReader(boundary, intake.write)
    seen = 0
    async for chunk in chunks(request):
        seen += len(chunk)
        if seen > most:
            raise too_large("The form", intake.limit, "http.max_body_bytes")
        reader.feed(chunk)
    return reader.finish()

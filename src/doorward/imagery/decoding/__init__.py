"""Pictures to perceptual hashes, in processes of their own.

A decoder is the part of a gate that strangers feed with bytes of their making. So it runs in worker
processes that hold nothing worth taking, under limits of memory and time, and a file that brings
one down costs its own upload an answer and nobody else's.

Three kinds of process take part. The **pool** (`pool`, in the server) owns the queue and the time
limits. The **fork server** (`forkserver`) has the decoders loaded and makes a **worker** (`worker`)
from itself in milliseconds, as often as asked. Between them go lines of JSON; a body goes as a file
descriptor (`docs/decisions/0003-bodies-by-file-descriptor.md`).

This file imports nothing, so that the fork server starts fast and small.
"""

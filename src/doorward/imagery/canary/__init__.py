"""The canary: a fixed, harmless, drawn picture that every installation knows and must stop.

What EICAR's file is to virus scanners: by uploading it an operator, or an auditor from outside, can
prove that the gate is on, without ever touching anything illegal. It is known by its PDQ hash, so it
is also recognised recompressed and resized.
"""

from doorward.imagery.canary.picture import CANARY_PDQ, CANARY_QUALITY, draw, png

__all__ = ["CANARY_PDQ", "CANARY_QUALITY", "draw", "png"]

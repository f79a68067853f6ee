"""The composition root: the only room that knows every part. It builds them from the settings and wires them.

`screening` wires what looks and decides, `server` one whole server process around it, and `start`
looks at everything a server needs before it listens. This file imports nothing, so that a command
loads only what it uses.
"""

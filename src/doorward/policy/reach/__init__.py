"""Whether a condition can ever be true, as far as constants, enumerations and ranges show.

Only a "no" is a proof: whatever this room does not understand it takes to be possible.
"""

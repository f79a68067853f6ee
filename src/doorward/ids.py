"""Names for rows. Random, so that they tell nothing and never collide between nodes."""

import secrets


def new_id(prefix: str) -> str:
    """`prefix_` and 96 random bits in hexadecimal, e.g. `v_3f0c…`."""
    return f"{prefix}_{secrets.token_hex(12)}"

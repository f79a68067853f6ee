"""The composition root: builds the parts from the settings, wires them."""

"""Doorward: the keeper of the door of an online platform where children may be."""

from importlib.metadata import version

__version__ = version("doorward")

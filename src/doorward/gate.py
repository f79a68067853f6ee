"""The one path."""

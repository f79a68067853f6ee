"""Hash lists: import, export, immutable snapshots, publication while a server answers."""

"""The history of the tables, as Alembic revisions. Run by `doorward.storage.migrate`.

Revisions lead forward only. The way back would drop verdicts and holds that the law wants kept; who
must go back restores the backup that was made before.
"""

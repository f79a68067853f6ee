"""The clocks of all tables, from the rules that the retention job follows."""

from pieces import code, table

from doorward.retention import RULES


def retention_rules() -> str:
    """One row for each table of the database."""
    rows = ((code(rule.table.name), rule.what, rule.basis, rule.how) for rule in RULES)
    return table(("table", "what it holds", "why", "how it ends"), rows)

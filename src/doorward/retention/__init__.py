"""Every clock: what may be kept how long, and the job that ends it."""

from doorward.retention.job import run
from doorward.retention.rules import RULES, Rule

__all__ = ["RULES", "Rule", "run"]

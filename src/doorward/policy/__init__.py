"""The platform's own rules: findings in, a decision and actions out.

`load` reads and checks a policy file, `evaluate` applies it, `backtest` replays the past against it.
"""

"""The platform's own rules: their language, their checker, their evaluation, the backtest."""

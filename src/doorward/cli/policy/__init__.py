"""`doorward policy`: the platform's own rules, checked, tried on the past, and shown."""

import typer

from doorward.cli.policy.backtesting import backtest
from doorward.cli.policy.checking import check
from doorward.cli.policy.showing import show
from doorward.cli.policy.words import vocabulary

app = typer.Typer(
    help="The platform's own rules: check them, try them on the past, show them.", no_args_is_help=True
)
app.command()(check)
app.command()(backtest)
app.command()(show)
app.command()(vocabulary)

"""What an operator types. Each command is a module that is imported only when it is asked for."""


def main() -> None:
    """Run the command line."""
    from teahouse.cli.commands import run  # noqa: PLC0415 - a worker must not pay for it

    run()

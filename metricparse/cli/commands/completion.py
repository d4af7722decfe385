"""`metricparse completion`: what makes a shell complete the command line."""

import argparse

_DESCRIPTION = """\
Print what a shell has to run so that it completes commands, options, files, presets and the names of
metrics. Needs: pip install 'metricparse[completion]'
"""
_EXAMPLES = """\
in ~/.bashrc or ~/.zshrc, after compinit:
  eval "$(metricparse completion bash)"
  eval "$(metricparse completion zsh)"
in ~/.config/fish/config.fish:
  metricparse completion fish | source
"""


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser(
        "completion",
        help="what makes a shell complete the command line",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
    )
    parser.add_argument(
        "shell", choices=["bash", "zsh", "fish"], metavar="SHELL", help="bash, zsh or fish"
    )
    parser.set_defaults(run=_run, parser=parser)


def _run(arguments: argparse.Namespace) -> int:
    from metricparse.cli.completion import script

    print(script(arguments.shell))
    return 0

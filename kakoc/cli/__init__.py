"""The command line: one command a file, loaded only when it is called.

The only room that prints or exits. Results go to stdout, progress and notes to stderr. Exit codes:
0 fine, 1 the user's fault, 2 a bug of kakoc, 3 the budget is spent, 130 interrupted (SIGINT),
143 terminated (SIGTERM).
"""

from __future__ import annotations

import signal
import sys
from importlib import import_module, metadata
from keyword import iskeyword
from typing import Any

import click

from kakoc.errors import BudgetError, KakocError, SpecError, StoppedError

COMMANDS = {
    "init": "Copy a starter project that checks, builds and runs.",
    "check": "Find every fault of the spec; run nothing.",
    "explain": "Say what a diagnostic code means, with a bad and a good example.",
    "build": "Compile the spec to DSPy programs, judges and prompt sheets.",
    "show": "Print a role's prompt, each line with its place in the spec.",
    "diff": "Say what an edit does: prompts, people, head-to-heads, calls.",
    "preview": "Say what a run would cost and show a turn; call no model.",
    "run": "Build, then personas, conversations, judges, pairs and a summary.",
    "generate": "Personas and conversations with their scores.",
    "judge": "Score the replies of a file, or of a stored run.",
    "judges": "Print each judge's card: what it looks for and how good it is.",
    "pairs": "Make the preference pairs of a run anew.",
    "optimize": "Search a role's prompt against the judges.",
    "promote": "Use the prompt that a search found, or stop using it.",
    "export": "Write a run as a data set: for trainers, for tables, for the Hub.",
    "import": "Read data that others made into a run.",
    "diversity": "Measure how unlike each other the texts of a run are.",
    "search": "Find texts of all runs by meaning or by words.",
    "lint": "Find what is wrong with personas and conversations.",
    "replay": "Rebuild a run from the journal and compare it byte for byte.",
    "runs": "List the runs of the project, show one of them, or compare two.",
    "ui": "Start MLflow's user interface for the stages of the project.",
    "models": "List local models and whether they are here.",
}
"""Name and help of each command; `kakoc.cli.<name>` holds its function `command`.

A name that Python keeps for itself has a `_` behind it there: `kakoc.cli.import_`.
"""


SIGNALLED = 128
"""Added to the number of the signal that ended a command, as shells do."""


class Terminated(BaseException):
    """SIGTERM came; what is open is closed on the way out."""


class Commands(click.Group):
    """A group that imports a command when it is called, not when help is shown."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = f"{name}_" if iskeyword(name) else name
        command: click.Command = import_module(f"kakoc.cli.{module}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(metadata.version("kakoc"), prog_name="kakoc")
def kakoc() -> None:
    """Compile YAML specs into training data for a crisis-support model."""


def main(arguments: list[str] | None = None) -> None:
    """Run one command and exit with its code."""
    if signal.getsignal(signal.SIGTERM) == signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _terminate)
    sys.exit(run(arguments))


def _terminate(number: int, frame: Any) -> None:
    raise Terminated


def run(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    try:
        result = kakoc.main(args=arguments, prog_name="kakoc", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.ClickException as error:
        error.show()
        return 1
    except SpecError as error:
        from kakoc.cli.faults import print_spec_error

        return print_spec_error(error)
    except KakocError as error:
        click.echo(f"kakoc: {error}" + (f"\n  help: {error.hint}" if error.hint else ""), err=True)
        if isinstance(error, StoppedError):
            return SIGNALLED + error.signal
        return 3 if isinstance(error, BudgetError) else 1
    except (KeyboardInterrupt, click.Abort, Terminated) as error:
        click.echo("kakoc: interrupted; the same command goes on where it stopped", err=True)
        return SIGNALLED + (signal.SIGTERM if isinstance(error, Terminated) else signal.SIGINT)
    except Exception:
        from kakoc.cli.faults import print_bug

        return print_bug()

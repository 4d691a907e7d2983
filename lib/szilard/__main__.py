"""The ``szilard`` command, which ``python -m szilard`` is too."""

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line of this process and exit with its code."""
    try:
        from szilard import cli

        cli.main()
    except KeyboardInterrupt:  # before the command line could take care of it
        sys.stderr.write("szilard: interrupted\n")
        sys.exit(130)


if __name__ == "__main__":
    main()

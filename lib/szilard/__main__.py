"""``python -m szilard`` is the ``szilard`` command."""

from szilard.cli import main

if __name__ == "__main__":
    main()

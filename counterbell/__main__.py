"""`python -m counterbell` is the command line."""

from counterbell.cli import main

main()

"""`python -m mahnwerk`: the command line."""

from mahnwerk.cli import main

main()

"""`python -m flashmeet.cli`: the command where no script is on the path."""

from flashmeet.cli.program import main

main()

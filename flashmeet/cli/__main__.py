"""`python -m flashmeet.cli`: the command without the installed script."""

from flashmeet.cli.program import main

main()

"""Where the program's parts come from, and that what is built is what runs."""

"""Several commands as one process group, and what all of them hold in common."""

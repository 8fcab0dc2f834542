"""Forms: how they are read, what is kept of them, and what the page after one says."""

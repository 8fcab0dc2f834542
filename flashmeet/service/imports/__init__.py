"""Members from a CSV file: its cells, its rows, and what is written of them."""

"""What the two write to each other about an hour, and the file that each may give."""

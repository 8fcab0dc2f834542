"""What a worker does between its messages: the channels it sends by, and rounds that one worker at a time makes."""

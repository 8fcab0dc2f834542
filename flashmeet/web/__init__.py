"""Pages: parse, call one service function, render."""

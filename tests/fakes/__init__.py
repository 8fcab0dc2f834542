"""The outside world, as small real servers that keep everything they were told (`fixtures` starts them)."""

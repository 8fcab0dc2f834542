"""The outside world: one file = one vendor, and the rendering of messages."""

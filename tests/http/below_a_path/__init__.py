"""Pages and gate, through the front door."""

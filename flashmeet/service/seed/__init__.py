"""Made-up people for a demonstration or a measurement: the same size and seed give the same network, every time."""

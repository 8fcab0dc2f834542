"""Giving back: hours in a few taps, a first word to who has not dared, and whose turn it is."""

"""How fast it is, always as a ratio to a limit measured in the same run: absolute figures depend on the machine."""

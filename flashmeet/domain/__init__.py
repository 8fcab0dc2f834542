"""The rules, by noun. Plain Python: no I/O, no framework, no clock; whatever they need from outside is an argument."""

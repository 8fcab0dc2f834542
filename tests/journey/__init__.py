"""The whole way, in a real browser, against the real command, with a real mail server."""

"""HTTP: look up, ask for permission, parse, act, answer. One file a noun."""

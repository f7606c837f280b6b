"""HTTP. One file a noun."""

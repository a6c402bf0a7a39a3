"""The operator's command line, and the only package that knows all four services."""

"""The four services. They know `shared`, and never each other."""

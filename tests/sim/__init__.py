"""A simulator that tries to break the four services: their real handlers, stores and shells, one seed.

`python -m tests.sim --help`. Kafka, the processes and time are simulated, everything else is the product.
"""

"""Kafka and PostgreSQL as child processes, for a first look and for tests: without root, without Docker."""

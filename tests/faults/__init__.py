"""The real parts under fire: Kafka, PostgreSQL and service processes, killed, frozen, filled, restored."""

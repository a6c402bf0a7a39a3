"""The rules of dunning: pure, without IO, clock or random."""

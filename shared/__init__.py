"""What all services share: the contracts, the loop over lanes, the outbox, policy and deadlines. Knows no service."""

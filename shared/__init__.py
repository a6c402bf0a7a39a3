"""What all services share: contracts, the loop over lanes, the outbox, policy and deadlines."""

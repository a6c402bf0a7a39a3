"""The ledger's rules: pure, without input, output or clock."""

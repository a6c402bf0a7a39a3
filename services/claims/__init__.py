"""Claims: the one order of everything that comes in, and the ledger that decides on it.

Owns: debtors, claims, payments, the Klärungsliste, the journal, blocks, write-offs, the waiting room.
Listens to: all inbound topics but debtor-contact, and dunning's notices and requests (the sequencer, which
writes them into intake); the ledger reads intake only.
Publishes: claim-registered, event-accepted, event-rejected, account-changed, posting-recorded,
payment-unclear, write-off-ordered, handover (open again after a write-off), day-closed.
"""

"""Enforcement: from the request to money, instalments or a write-off.

Owns: cases, instalment plans, follow-ups, and its own reading of the accounts.
Listens to: account-changed.
Publishes: enforcement-progress, event-accepted and event-rejected (for field and office reports), handover,
day-closed.
"""

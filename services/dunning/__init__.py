"""Dunning: who is reminded of what, and when it is handed over to enforcement.

Owns: the dunning cycle of every item of a claim, its Kassenanzeigen, and what was charged for notices.
Listens to: account-changed (accounts, parked accounts, day marks); it is the only log that dunning reads.
Publishes: dunning-notice, kassenanzeige, enforcement-requested, handover (for a lawsuit), day-closed.
Decides at the day's mark only, from the accounts as they stand when the day's bookings are in.
"""

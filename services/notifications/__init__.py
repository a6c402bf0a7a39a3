"""Notifications: what people get to read, as files in an outbox folder for print shop and offices.

Owns: the messages that must exist, and names and addresses (nobody else may keep them).
Listens to: dunning-notice, kassenanzeige, enforcement-progress, write-off-ordered, handover, debtor-contact.
Publishes: event-rejected, for contacts that cannot be used; the messages themselves are files.
A message is first a row of the database, then a pair of files: whatever is killed, each exists once.
"""

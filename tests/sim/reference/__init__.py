"""The same rules once more: small, without a database, from the contracts and not from the code.

`intake` reads the one order and keeps the waiting room, `books` the money, `dunner` and `enforcer` say what
has to be told on each day. What they expect is compared with what the services said.
"""

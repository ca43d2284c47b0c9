"""How long a secret must be to be hidden."""

#: Shorter secrets, and forms of secrets, are not looked for: they would be found everywhere by chance.
SHORTEST_SECRET = 6

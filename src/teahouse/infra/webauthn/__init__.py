"""Web Authentication (Level 3): who the relying party is, challenges, and the two ceremonies.

It keeps nothing. A challenge carries its own proof, so that any worker knows it again and asking
for one costs no row; whoever takes an answer writes down that the challenge is spent.
"""

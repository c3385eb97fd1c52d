"""Screening's rules, pure: what is seen, how alike two sign-ups are, what follows from it."""

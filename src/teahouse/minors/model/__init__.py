"""Ages, what each may do by the rules of a profile, and families. Pure."""

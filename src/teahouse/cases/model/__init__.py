"""The rules of cases, as values: the procedure, the house's rules, what counts, who may look."""

"""Relations: which event answers, edits, annotates or refers to which, and what comes of it.

Owns: relations_edges, relations_filling
Listens: Posted

Invariants: an edge is written and taken away in the transaction that writes or empties its event;
nobody is told of an edge whose event they may not read; one person annotates an event with one key once.
"""

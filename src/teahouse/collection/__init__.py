"""Collection: which files anything still names, and taking away those that nothing does.

A use is one place that names a file: an event, a field of a profile, a value of account data.

Owns: collection_uses, collection_list, collection_gone, collection_days, collection_filling
Announces: nothing
Listens: nothing

Invariants: a use begins and ends in the transaction that writes or takes away what names the file;
a file goes only when it has no use in the transaction that takes it, and who names it after that is
told so; what it costs follows what is due, not what there is; nothing goes before all that was there
before this domain has been looked through.
"""

"""The directory: names for rooms, rooms that anybody may find, and finding people.

Owns: directory_aliases, directory_published, directory_open, directory_withheld,
directory_hidden
Announces: AliasRemoved
Listens: nothing
Invariants: an alias leads to one room, and is of this server; a person is found only by those who
share a room with them, through a room that is open to everybody, or by their whole name.
"""

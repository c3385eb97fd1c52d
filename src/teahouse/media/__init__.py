"""Media: files that people send, by ``mxc://`` address, and thumbnails of their pictures.

When an awaited upload has come, the workers whisper it to each other.

Owns: media_files, media_thumbnails, media_usage
Announces: nothing
Listens: AccountDeactivated
Invariants: a file never changes once it has content; what one account keeps is counted in the
transaction that keeps it; a row with content names a blob that was whole before the row was.
"""

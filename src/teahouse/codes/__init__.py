"""One-time codes: sent to a phone or an address, tried a few times, good once.

The same answer and the same work, whoever has the number or has not: a code is made and kept also
for nobody, and only the job that sends it knows that there is nobody to send it to.

Owns: codes_codes

Announces: nothing

Listens: nothing

Invariants: a code is kept as a digest, from the moment it goes out. Where it goes is sealed until
then, and emptied after. An attempt counts, whatever comes of it. Whose a contact is, is asked of
who knows (``Owners``): this floor knows no account.
"""

"""Phone holders: how old the person is to whom a telephone number is registered.

Where numbers are sold by name, a carrier or a service that asks carriers knows whose a number is. The
operator names one; it is asked about the number that the account has proved, and answers with a band
of ages.

Owns: phoneholders_checks, phoneholders_tries

Announces: nothing

Listens: ConsentChanged, because who withdraws takes the reference with it

Invariants: a name or a document's number is never written. A number that is somebody else's tells no
age. What is told here is one voice among others: the youngest counts, until an operator decides.
"""

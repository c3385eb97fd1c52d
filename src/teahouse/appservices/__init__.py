"""Application services: programs of the operators' that speak for accounts of their own.

Owns: appservices_services, appservices_queue, appservices_listed

Announces: ServicesChanged

Listens: nothing

Invariants: a service acts only as those whom its registration names. What happens in its rooms is
queued in the transaction in which it happens, and is sent in order, each transaction under one
number, until the service has said that it has it. Its accounts pass the gate like all others. Its
token is kept as a digest, and ours to it is sealed.
"""

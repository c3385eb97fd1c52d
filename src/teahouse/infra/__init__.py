"""Machinery that knows no feature: database, log, jobs, vault, blobs, HTTP."""

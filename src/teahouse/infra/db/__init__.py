"""PostgreSQL: the pool, transactions and the migrator. The only importer of asyncpg.

Owns: db_migrations
"""

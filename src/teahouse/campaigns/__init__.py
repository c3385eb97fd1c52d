"""Campaigns: named, with a mandate, a scope and an end; rules that hold for a time, and what came of them.

Owns: campaigns_campaigns

Announces: CampaignsChanged

Listens: its own announcements, so that every worker knows the rules of the moment.

Invariants: the table of a campaign's life is total. Whether its rules hold is a function of the time: one
that is over matches nothing, whether or not anything ran. Its rules reach only accounts of its scope,
and nothing that was reported before it began. Two operators stand behind each. Its end is public, with
what was done, what was appealed, and what was taken back.
"""

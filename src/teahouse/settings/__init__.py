"""Settings that the console may change while the house runs: name, profile, channels, quiet hours.

What stands in the configuration file or the environment wins, and is shown here as fixed. A change
reaches every worker as soon as it hears of it, without a restart.

Owns: settings_values, settings_setup, settings_channels, settings_failures

Announces: SettingsChanged

Listens: its own announcements, so that every worker has what was chosen.

Invariants: what is chosen is sealed, passwords are never told, and each change and each test is in
the audit log. Of a message that failed, why is kept, and not to whom.
"""

"""Rules of end-to-end encryption: what keys look like, who may sign what, how letters are addressed."""

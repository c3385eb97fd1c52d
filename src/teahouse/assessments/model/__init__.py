"""The rules of assessments: their life as a table, what they answer, and which features need one."""

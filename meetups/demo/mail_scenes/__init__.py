"""A message of every kind, each about something that holds. For the tests, and for the page that shows every mail.

Times are in November and December 2026, independent of the clock. Everything is written into the database; `thrown_away` undoes
it.
"""

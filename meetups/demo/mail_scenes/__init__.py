"""A message of every kind, each about something that holds: for the tests, and for the page that shows every mail.

Times are in November and December 2026, whatever the clock says. Everything is written into the database; `thrown_away` takes it back.
"""

"""The promises about mails, tested with killed senders, no Redis, pairs of clocks, and a restored backup.

The tests of each promise:

| promise | test |
|---|---|
| kills lose nothing and cost one recognisable copy each | `test_sender_killed` |
| a code before thousands of due reminders, a draw on time, a slow server | `test_codes_first` |
| no request talks to a mail server | `tests/accounts/test_security_mail.py` |
| a server that drips; what goes first; the time that is recorded; giving up | `tests/notifications/test_sender.py` |
| Redis stopped, flushed, back, hanging | `test_redis_gone` |
| two clocks, two planners: rows are keys | `test_two_clocks` |
| a restored backup holds what was due | `test_backup_restored`, `test_backup_copied`, `tests/notifications/outbox/test_letters_and_mail_on_hold.py::TestARestoredBackup` |
| a poisoned row blocks nobody | `tests/notifications/outbox/test_outbox.py`: `…poisoned_message…`, `…poison_among_many…`, `…unknown_kind…` |
| SMTP says 4xx | `tests/notifications/outbox/test_answers_of_a_server.py`: `…4xx…`, `…given_up_after_three_days`, `TestAnswersAtOtherMoments` |
| SMTP says 5xx | `tests/notifications/outbox/test_answers_of_a_server.py`: `…5xx…`, `…only_what_speaks_of_the_address…`, `…until_its_owner_says_so` |
| a mail comes back later | `tests/notifications/test_bounces.py` |
| SMTP is slow | `tests/notifications/outbox/test_slow_servers.py`: `…hangs_on_one_mail…`, `…slow_server…` |
| SMTP drops after DATA | `tests/notifications/outbox/test_slow_servers.py`: `…drops_after_data…` |
| SMTP is down for an hour | `tests/notifications/outbox/test_slow_servers.py`: `…away_for_an_hour…` |
| zones and dates | `tests/core/test_zones.py` (the table, and any zone on any day), `tests/reminders/test_reminders.py`: `…in_every_zone_on_every_day…` |
| one conversation, one calendar entry | `tests/notifications/test_conversations.py` |
| lateness in normal running; 10,000 at once; memory | `tests/bench/lateness.py`; `tests/bench/mail.py` |
| the health page | `tests/notifications/outbox/test_outbox.py`: `…how_late_the_oldest_message_is` |
"""

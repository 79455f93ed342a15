"""What is promised about messages, with senders killed, Redis gone, clocks in pairs, and a backup restored."""

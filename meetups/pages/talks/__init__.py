"""What speakers see and send."""

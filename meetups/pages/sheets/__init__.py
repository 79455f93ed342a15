"""What pages say of an event, a slot, a shift, and of a person there."""

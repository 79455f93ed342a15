"""Someone of the team can't come to an event: what is theirs there, and who takes it over."""

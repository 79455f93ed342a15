"""One person of an event: where they stand, and what organizers do for them."""

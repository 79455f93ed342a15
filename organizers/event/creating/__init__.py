"""What the page for a new event knows besides its fields: more slots, the sum of seats, venues used before."""

"""What a community is and how it is recognised."""

"""What a slot asks, and what people answer."""

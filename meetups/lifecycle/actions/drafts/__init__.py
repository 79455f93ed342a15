"""A draft is deleted, an event without people is a draft again, a slot without people goes."""

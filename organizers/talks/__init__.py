"""Talks: decisions, invitations, readiness, programme, rehearsal, slides."""

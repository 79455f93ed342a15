"""Rules that must always be true, checked in the database. Each query returns the rows that break a rule."""

from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True)
class Invariant:
    """A rule as a sentence, and the SQL that returns the rows that break it. The first column names the thing."""

    rule: str
    sql: str


INVARIANTS = [
    Invariant(
        "The seats counted in a slot are the confirmed registrations in it and the reserved places, and never more than "
        "its capacity.",
        """
        SELECT 'slot ' || slot.id, slot.taken, slot.held, slot.capacity, seats.confirmed, seats.held
        FROM registrations_slot slot CROSS JOIN LATERAL (
            SELECT (SELECT count(*) FROM registrations_registration registration
                    WHERE registration.slot_id = slot.id AND registration.state = 'confirmed'
                        AND NOT registration.above_capacity) AS confirmed,
                (SELECT count(*) FROM registrations_heldplace place
                    WHERE place.slot_id = slot.id AND place.state = 'held' AND place.has_seat) AS held
        ) seats
        WHERE seats.confirmed + seats.held <> slot.taken OR seats.held <> slot.held OR slot.taken > slot.capacity
        """,
    ),
    Invariant(
        "A person has one active registration an event.",
        """
        SELECT 'event ' || event_id, person_key, count(*) FROM registrations_registration
        WHERE state <> 'cancelled' GROUP BY event_id, person_key HAVING count(*) > 1
        """,
    ),
    Invariant(
        "A registration belongs to the event of its slot.",
        """
        SELECT 'registration ' || registration.id FROM registrations_registration registration
        JOIN registrations_slot slot ON slot.id = registration.slot_id WHERE slot.event_id <> registration.event_id
        """,
    ),
    Invariant(
        "No one is, or ever was, registered for a draft.",
        """
        SELECT 'event ' || event.id, registration.id FROM events_event event
        JOIN registrations_registration registration ON registration.event_id = event.id WHERE event.state = 'draft'
        """,
    ),
    Invariant(
        "No seat is free while an entry waits that fits, where promotion is open and nothing is left to draw.",
        """
        SELECT 'slot ' || slot.id, slot.capacity - slot.taken AS free
        FROM registrations_slot slot
        JOIN events_event event ON event.id = slot.event_id
        LEFT JOIN registrations_lottery lottery ON lottery.slot_id = slot.id
        WHERE slot.taken < slot.capacity AND event.state = 'published' AND slot.promotion_stops_at > now()
            AND (lottery.id IS NULL OR lottery.state = 'drawn')
            AND EXISTS (
                SELECT FROM registrations_registration w WHERE w.slot_id = slot.id AND w.state = 'waitlisted'
                GROUP BY w.place HAVING count(*) <= slot.capacity - slot.taken)
        """,
    ),
    Invariant(
        "A person who moved up from a waitlist stood before everyone who waited there then and still waits.",
        """
        WITH step AS (
            SELECT split_part(entry.subject, ':', 2)::bigint AS registration_id, entry.id, entry.verb, entry.to_state,
                entry.details ->> 'slot' AS slot, (entry.details ->> 'place')::int AS place
            FROM history_historyentry entry WHERE entry.subject LIKE 'registration:%'
        )
        SELECT 'registration ' || promoted.registration_id, promoted.place, waiting.place
        FROM step promoted
        JOIN registrations_slot slot ON slot.public_id = promoted.slot
        JOIN registrations_registration waiting ON waiting.slot_id = slot.id AND waiting.state = 'waitlisted'
        JOIN LATERAL (
            SELECT max(s.id) AS id FROM step s WHERE s.registration_id = waiting.id AND s.to_state = 'waitlisted'
        ) since ON since.id < promoted.id
        WHERE promoted.verb = 'promote' AND waiting.place < promoted.place
            -- A pair that did not fit keeps its place.
            AND waiting.lead_id IS NULL
            AND NOT EXISTS (SELECT FROM registrations_registration second WHERE second.lead_id = waiting.id)
        """,
    ),
    Invariant(
        "The last history entry of a registration says its state, and each step follows from the one before.",
        """
        WITH step AS (
            SELECT entry.subject, entry.from_state, entry.to_state,
                lag(entry.to_state, 1, '') OVER (PARTITION BY entry.subject ORDER BY entry.id) AS before,
                row_number() OVER (PARTITION BY entry.subject ORDER BY entry.id DESC) AS from_end
            FROM history_historyentry entry WHERE entry.subject LIKE 'registration:%'
        )
        SELECT coalesce(step.subject, 'registration ' || registration.id), step.from_state, step.before, registration.state
        FROM registrations_registration registration
        LEFT JOIN step ON step.subject = 'registration:' || registration.id
        WHERE step.subject IS NULL OR step.before <> step.from_state
            OR (step.from_end = 1 AND step.to_state <> registration.state)
        """,
    ),
    Invariant(
        "Each step of a registration has its message.",
        """
        SELECT entry.subject, entry.verb FROM history_historyentry entry
        JOIN registrations_registration registration ON entry.subject = 'registration:' || registration.id
        WHERE registration.attendee_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM notifications_notification message
            WHERE message.subject = entry.subject AND message.key LIKE '%:' || entry.id
        )
        """,
    ),
    Invariant(
        "A seat with an active hold is confirmed, and what holds it is there: a volunteer in a shift, or a confirmed talk that its person speaks in.",
        """
        SELECT hold.subject, registration.state FROM registrations_hold hold
        JOIN registrations_registration registration ON registration.id = hold.registration_id
        WHERE hold.ended_at IS NULL AND (
            registration.state <> 'confirmed'
            OR (hold.subject LIKE 'signup:%' AND NOT EXISTS (
                SELECT FROM volunteers_signup s WHERE 'signup:' || s.id = hold.subject AND s.state = 'signed_up'))
            OR (hold.subject LIKE 'talk:%' AND NOT EXISTS (
                SELECT FROM speakers_talk t WHERE 'talk:' || t.id = hold.subject AND t.state = 'confirmed'))
            OR (hold.subject LIKE 'co-speaker:%' AND NOT EXISTS (
                SELECT FROM speakers_cospeaker c JOIN speakers_talk t ON t.id = c.talk_id
                WHERE 'co-speaker:' || c.id = hold.subject AND c.state = 'joined' AND t.state = 'confirmed')))
        """,
    ),
    Invariant(
        "A volunteer in a shift that guarantees a seat, and everyone who speaks in a confirmed talk, have one.",
        """
        SELECT 'signup:' || signup.id FROM volunteers_signup signup
        JOIN volunteers_shift shift ON shift.id = signup.shift_id
        WHERE signup.state = 'signed_up' AND shift.slot_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM registrations_hold h WHERE h.subject = 'signup:' || signup.id AND h.ended_at IS NULL)
        UNION ALL
        SELECT 'talk:' || talk.id FROM speakers_talk talk
        WHERE talk.state = 'confirmed' AND NOT talk.by_hand AND NOT EXISTS (
            SELECT FROM registrations_hold h WHERE h.subject = 'talk:' || talk.id AND h.ended_at IS NULL)
        UNION ALL
        SELECT 'co-speaker:' || co_speaker.id FROM speakers_cospeaker co_speaker
        JOIN speakers_talk talk ON talk.id = co_speaker.talk_id
        WHERE co_speaker.state = 'joined' AND talk.state = 'confirmed' AND NOT EXISTS (
            SELECT FROM registrations_hold h WHERE h.subject = 'co-speaker:' || co_speaker.id AND h.ended_at IS NULL)
        """,
    ),
    Invariant(
        "A shift counts its volunteers, and a duty slot has the capacity of its shifts.",
        """
        SELECT 'shift ' || shift.id, shift.taken, count(signup.id) FROM volunteers_shift shift
        LEFT JOIN volunteers_signup signup ON signup.shift_id = shift.id AND signup.state = 'signed_up'
        GROUP BY shift.id HAVING count(signup.id) <> shift.taken
        UNION ALL
        SELECT 'slot ' || slot.id, slot.capacity, sum(shift.maximum) FROM registrations_slot slot
        JOIN volunteers_shift shift ON shift.slot_id = slot.id AND shift.cancelled_at IS NULL
        GROUP BY slot.id HAVING sum(shift.maximum) <> slot.capacity
        """,
    ),
    Invariant(
        "A seat of volunteers that no shift holds is outside the count, and its person is checked in, or the event was over.",
        """
        SELECT 'registration ' || registration.id, registration.above_capacity, registration.checked_in_at
        FROM registrations_registration registration
        JOIN registrations_slot slot ON slot.id = registration.slot_id AND slot.admission = 'duty'
        JOIN events_event event ON event.id = registration.event_id
        LEFT JOIN LATERAL (
            SELECT bool_or(h.ended_at IS NULL AND h.slot_id = slot.id) AS holds, max(h.ended_at) AS ended_at
            FROM registrations_hold h WHERE h.registration_id = registration.id
        ) hold ON true
        WHERE registration.state = 'confirmed' AND hold.holds IS NOT TRUE AND (
            NOT registration.above_capacity
            OR (registration.checked_in_at IS NULL AND hold.ended_at < event.ends_at
                AND event.state = 'published' AND event.ends_at > now()))
        """,
    ),
    Invariant(
        "A seat is held by what its own person does.",
        """
        SELECT hold.subject, registration.attendee_id FROM registrations_hold hold
        JOIN registrations_registration registration ON registration.id = hold.registration_id
        LEFT JOIN volunteers_signup signup ON 'signup:' || signup.id = hold.subject
        LEFT JOIN speakers_talk talk ON 'talk:' || talk.id = hold.subject
        LEFT JOIN speakers_cospeaker co_speaker ON 'co-speaker:' || co_speaker.id = hold.subject
        WHERE hold.ended_at IS NULL
            AND coalesce(signup.volunteer_id, talk.speaker_id, co_speaker.person_id) IS DISTINCT FROM registration.attendee_id
        """,
    ),
    Invariant(
        "What can be undone is as it was done: a canceled event, a shift that is being canceled, and each such shift can be undone.",
        """
        SELECT undo.kind, undo.subject, 'can be undone' FROM events_undo undo JOIN events_event event ON event.id = undo.event_id
        WHERE undo.until > now() AND (
            (undo.kind = 'cancellation' AND event.state <> 'cancelled')
            OR (undo.kind = 'shift' AND NOT EXISTS (
                SELECT FROM volunteers_shift shift WHERE undo.subject = 'shift:' || shift.id
                AND shift.cancels_at = undo.until AND shift.cancelled_at IS NULL)))
        UNION ALL
        SELECT 'shift', 'shift:' || shift.id, 'is being canceled' FROM volunteers_shift shift
        WHERE shift.cancels_at > now() AND shift.cancelled_at IS NULL AND NOT EXISTS (
            SELECT FROM events_undo undo WHERE undo.subject = 'shift:' || shift.id AND undo.until = shift.cancels_at)
        """,
    ),
    Invariant(
        "No one is left in a shift that was canceled.",
        """
        SELECT 'signup ' || signup.id FROM volunteers_signup signup
        JOIN volunteers_shift shift ON shift.id = signup.shift_id
        WHERE signup.state = 'signed_up' AND shift.cancelled_at IS NOT NULL
        """,
    ),
    Invariant(
        "Two are a pair only in one slot and one state, and wait at one place.",
        """
        SELECT 'registration ' || second.id, second.state, lead.state FROM registrations_registration second
        JOIN registrations_registration lead ON lead.id = second.lead_id
        LEFT JOIN registrations_lottery lottery ON lottery.slot_id = lead.slot_id
        WHERE (lead.slot_id <> second.slot_id OR lead.state <> second.state OR lead.place IS DISTINCT FROM second.place)
            AND lottery.state IS DISTINCT FROM 'frozen' AND lottery.state IS DISTINCT FROM 'seeded'
        """,
    ),
    Invariant(
        "An open offer is of a seat that is handed over, to a person who waits in its slot.",
        """
        SELECT 'offer ' || offer.id FROM registrations_offer offer
        JOIN registrations_registration giver ON giver.id = offer.giver_id
        JOIN registrations_registration taker ON taker.id = offer.taker_id
        WHERE offer.state = 'open' AND (giver.state <> 'confirmed' OR giver.hands_over_at IS NULL
            OR taker.state <> 'waitlisted' OR taker.slot_id <> giver.slot_id)
        """,
    ),
    Invariant(
        "A person who is offered a seat was told so.",
        """
        SELECT 'offer ' || offer.id FROM registrations_offer offer
        JOIN registrations_registration taker ON taker.id = offer.taker_id
        WHERE offer.state = 'open' AND taker.attendee_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM notifications_notification message
            WHERE message.subject = 'offer:' || offer.id AND message.kind = 'seat_offered'
                AND message.recipient_id = taker.attendee_id)
        """,
    ),
    Invariant(
        "The last history entry of an offer, and of a question whether one still comes, says its state.",
        """
        SELECT thing.subject, thing.state, last.to_state FROM (
            SELECT 'offer:' || id AS subject, state FROM registrations_offer
            UNION ALL SELECT 'reconfirmation:' || id, state FROM registrations_reconfirmation
        ) thing LEFT JOIN LATERAL (
            SELECT entry.to_state FROM history_historyentry entry WHERE entry.subject = thing.subject
            ORDER BY entry.id DESC LIMIT 1
        ) last ON true WHERE last.to_state IS DISTINCT FROM thing.state
        """,
    ),
    Invariant(
        "No one is released for silence who was not asked in that seat.",
        """
        SELECT released.subject FROM history_historyentry released
        WHERE released.verb = 'release' AND released.subject LIKE 'registration:%' AND NOT EXISTS (
            SELECT FROM history_historyentry asked
            WHERE asked.subject = released.subject AND asked.verb = 'ask' AND asked.id < released.id
                -- Details may have been blanked (RULES 105).
                AND coalesce(asked.details ->> 'slot' = released.details ->> 'slot', true))
        """,
    ),
    Invariant(
        "A no-show is of a person with an account and a seat.",
        """
        SELECT 'registration ' || registration.id FROM registrations_registration registration
        WHERE registration.absent_at IS NOT NULL AND (registration.state <> 'confirmed'
            OR registration.attendee_id IS NULL)
        """,
    ),
    Invariant(
        "A place that is held belongs to the event of its slot; one that was taken became a registration there.",
        """
        SELECT 'held place ' || place.id FROM registrations_heldplace place
        JOIN registrations_slot slot ON slot.id = place.slot_id
        LEFT JOIN registrations_registration registration ON registration.id = place.registration_id
        WHERE place.event_id <> slot.event_id OR registration.event_id <> place.event_id
            OR (registration.id IS NOT NULL AND place.state <> 'taken')
        """,
    ),
    Invariant(
        "A person in a lottery is in one that is still to be drawn.",
        """
        SELECT 'registration ' || registration.id FROM registrations_registration registration
        LEFT JOIN registrations_lottery lottery ON lottery.slot_id = registration.slot_id
        WHERE registration.state = 'applied' AND (lottery.id IS NULL OR lottery.state = 'drawn')
        """,
    ),
    Invariant(
        "Columns and history agree on what was published, taken down, reminded of, and told.",
        """
        SELECT thing.subject, thing.verb, thing.is_so FROM (
            SELECT thread AS subject, 'publish_slides' AS verb, slides_published_at IS NOT NULL AS is_so
            FROM (SELECT 'event:' || public_id AS thread, slides_published_at FROM events_event) event
            UNION ALL SELECT 'reconfirmation:' || id, 'remind', reminded_at IS NOT NULL FROM registrations_reconfirmation
            UNION ALL SELECT 'shift:' || id, 'seek_help', short_told_at IS NOT NULL FROM volunteers_shift
        ) thing
        WHERE thing.is_so <> EXISTS (
            SELECT FROM history_historyentry entry
            WHERE entry.verb = thing.verb AND (entry.subject = thing.subject
                OR (entry.verb = 'publish_slides' AND entry.thread = thing.subject)))
        UNION ALL
        SELECT 'talk:' || talk.id, last.verb, talk.slides_taken_down_at IS NOT NULL FROM speakers_talk talk
        LEFT JOIN LATERAL (
            SELECT entry.verb FROM history_historyentry entry
            WHERE entry.subject = 'talk:' || talk.id AND entry.verb IN ('unpublish_slides', 'republish_slides')
            ORDER BY entry.id DESC LIMIT 1
        ) last ON true
        WHERE (last.verb IS NOT DISTINCT FROM 'unpublish_slides') <> (talk.slides_taken_down_at IS NOT NULL)
        """,
    ),
    Invariant(
        "Slides are public only with their speaker's yes.",
        """
        SELECT 'talk ' || talk.id FROM speakers_talk talk
        LEFT JOIN speakers_readiness readiness ON readiness.talk_id = talk.id
        WHERE talk.slides_published_at IS NOT NULL AND readiness.publication IS DISTINCT FROM 'yes'
        """,
    ),
]


def breaches() -> list[tuple[Invariant, list[tuple[object, ...]]]]:
    """Each invariant that does not hold, with at most 20 of the rows that break it."""
    found = []
    with connection.cursor() as cursor:
        for invariant in INVARIANTS:
            cursor.execute(invariant.sql)
            rows = cursor.fetchmany(20)
            if rows:
                found.append((invariant, rows))
    return found

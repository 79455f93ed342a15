"""Settings of the database role. They are no options of a connection, because a pooler refuses those."""

from typing import Any

# Without synchronous_commit, a crash loses answered registrations.
# Without the check interval, a killed client keeps its seat lock for seconds.
SETTINGS = {"synchronous_commit": "on", "client_connection_check_interval": "500ms"}


def set_up_role(cursor: Any) -> list[str]:
    """Gives the role of this connection the settings that it lacks. They hold for new connections. Returns their names."""
    changed = []
    for name, wanted in SETTINGS.items():
        cursor.execute("SELECT current_setting(%s)", [name])
        if cursor.fetchone()[0] != wanted:
            cursor.execute(f"ALTER ROLE CURRENT_USER SET {name} = '{wanted}'")
            changed.append(name)
    return changed

"""One file with the database and the uploads of one moment, and the way back.

It is a tar archive. `database/…` are the parts of a dump by pg_dump, `uploads/…` the files, and `manifest.json`, the last, says
what has to be there.
"""

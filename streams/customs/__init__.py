"""Raw messages of the customs systems (VNACCS/VCIS output messages, VASSCM gate events), translated to events.

Pure: no I/O, no clock. The form of a message is ours; it is told in `schemas/customs-message.v1.schema.json`.
"""

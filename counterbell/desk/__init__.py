"""The desk: one inbox in which agents answer, assign, snooze and close; whatever they do is written to the record."""

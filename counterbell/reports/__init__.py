"""Reports by mail: what a week or a month was like, for an owner or a lead, in the reader's language."""

"""The pages of mailboxes and of what came in by them."""

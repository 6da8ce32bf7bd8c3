"""The pages of the desk: each reads what was asked, calls one verb, and shows what came of it."""

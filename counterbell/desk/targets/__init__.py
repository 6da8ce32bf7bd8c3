"""How soon customers are to be answered, and tickets resolved: what is asked, since when, and how much time is left."""

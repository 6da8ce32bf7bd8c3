"""Where customers write from, live: one file a channel.

A channel takes what comes in into its intake first, raw, and then brings it into the record; it says how an answer
goes back. Its ground lies in files that begin with an underscore.
"""

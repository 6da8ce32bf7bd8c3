"""Every chart of the product, as Vega-Altair definitions: one file a kind, typed rows in, no queries inside.

A kind's function (`trend.chart`, `breakdown.chart`, ...) takes rows and gives a `Chart`: its title, a sentence that
says what it shows, the table behind it, and how it is drawn. `render` makes the page's Vega specification of it, or an
SVG, PNG or PDF. Every text is made in the reader's language by `labels` and `formats`, so that Vega formats nothing.
"""

"""The seconds of CPU that an import takes, without the start of the program: import_alone.py SOURCE PATH.

SOURCE is log_file with the path of a log, or another source with its folder of pages. Prints JSON.
"""

import json
import sys
import time
from pathlib import Path


def main() -> None:
    """Import into the installation that COUNTERBELL_DATA names."""
    name, path = sys.argv[1], Path(sys.argv[2])
    from counterbell.cli._installation import open_installation

    open_installation()
    from counterbell.accounts.models import Shop
    from counterbell.sources import source
    from counterbell.sources._run import run

    stream = source(name).stream(path) if name == "log_file" else source(name).stream(folder=path)
    shop = Shop.objects.create(slug="shop")
    began = time.process_time()
    run(shop, name, stream)
    print(json.dumps({"cpu_seconds": time.process_time() - began}))


if __name__ == "__main__":
    main()

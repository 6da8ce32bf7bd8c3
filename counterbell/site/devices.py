"""A device by the names that its owner knows: which browser it is, and on what."""

import re

from django.utils.translation import gettext as _

BROWSERS = {"Edg": "Edge", "OPR": "Opera", "SamsungBrowser": "Samsung Internet", "Firefox": "Firefox",
            "FxiOS": "Firefox", "CriOS": "Chrome", "HeadlessChrome": "Chrome", "Chrome": "Chrome",
            "Safari": "Safari"}  # fmt: skip
SYSTEMS = {"iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows", "CrOS": "ChromeOS",
           "Mac OS X": "macOS", "Linux": "Linux"}  # fmt: skip
"""What a browser says of itself, the more telling first: nearly all call themselves Safari, and Android Linux."""


def device(user_agent: str) -> str:
    """The browser and the system: Firefox on Windows; what is not known of them as it calls itself."""
    browser = next((name for mark, name in BROWSERS.items() if re.search(rf"\b{mark}/", user_agent)), None)
    system = next((name for mark, name in SYSTEMS.items() if mark in user_agent), None)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return user_agent or "–"

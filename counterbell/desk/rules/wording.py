"""A rule in words."""

from django.utils.translation import gettext as _

from counterbell.desk.names import Names

from .models import AssignmentRule


def in_words(rule: AssignmentRule, names: Names) -> tuple[str, str]:
    """Which tickets the rule is for, and who gets them how."""
    way = _("whoever has the fewest open tickets") if rule.by_load else _("in turn")
    pool = ", ".join(names.agent(agent) for agent in rule.pool_agents)
    told = {"who": _("team %(team)s") % {"team": rule.pool_team} if rule.pool_team else pool, "way": way}
    whom = _("to %(who)s, %(way)s, at any time") if rule.at_any_time else _("to %(who)s, %(way)s, in opening hours")
    return " · ".join(_conditions(rule, names)) or _("every ticket"), whom % told


def _conditions(rule: AssignmentRule, names: Names) -> list[str]:
    told = {
        _("channel: %(value)s"): [names.channel(channel) for channel in rule.wanted("channel")],
        _("tag: %(value)s"): rule.wanted("tag"),
        _("intent: %(value)s"): rule.wanted("intent"),
        _("team: %(value)s"): rule.wanted("team"),
        _("language: %(value)s"): rule.wanted("language"),
        _("priority: %(value)s"): [names.priority(priority) for priority in rule.wanted("priority")],
        _("store: %(value)s"): rule.wanted("store"),
    }
    return [text % {"value": _(" or ").join(values)} for text, values in told.items() if values]

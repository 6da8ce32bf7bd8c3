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
        _("channel: %(value)s"): names.channel(rule.channel) if rule.channel else "",
        _("tag: %(value)s"): rule.tag,
        _("intent: %(value)s"): rule.intent,
        _("team: %(value)s"): rule.team,
        _("language: %(value)s"): rule.language,
        _("priority: %(value)s"): names.priority(rule.priority) if rule.priority else "",
        _("store: %(value)s"): rule.store,
    }
    return [text % {"value": value} for text, value in told.items() if value]

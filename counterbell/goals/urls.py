"""The pages of goals and alerts."""

from django.urls import path

from . import alert_pages, goal_pages, telling_pages

shop_pages = [
    path("goals/", goal_pages.page, name="goals"),
    path("goals/set/", goal_pages.set_, name="goals_set"),
    path("goals/accept/", goal_pages.accept, name="goals_accept"),
    path("goals/<int:number>/", goal_pages.one, name="goals_one"),
    path("goals/<int:number>/give-up/", goal_pages.give_up, name="goals_give_up"),
    path("alerts/", alert_pages.page, name="alerts"),
    path("alerts/<int:number>/acknowledge/", alert_pages.acknowledge, name="alerts_acknowledge"),
    path("alerts/rules/", telling_pages.page, name="alerts_rules"),
    path("alerts/rules/add/", telling_pages.add_rule, name="alerts_rules_add"),
    path("alerts/rules/accept/", telling_pages.accept_rules, name="alerts_rules_accept"),
    path("alerts/rules/<int:number>/off/", telling_pages.turn_off, name="alerts_rules_off"),
    path("alerts/listeners/mail/", telling_pages.add_mail, name="alerts_mail"),
    path("alerts/listeners/webhook/", telling_pages.add_webhook, name="alerts_webhook"),
    path("alerts/listeners/<int:number>/off/", telling_pages.silence, name="alerts_silence"),
    path("alerts/deliveries/<int:number>/repeat/", telling_pages.repeat, name="alerts_repeat"),
    path("alerts/quiet/", telling_pages.quiet_hours, name="alerts_quiet"),
]

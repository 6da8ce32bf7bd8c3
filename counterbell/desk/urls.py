"""The pages of the desk."""

from django.urls import path

from .pages import absence, effects, inbox, live, macros, mail, rules, targets, ticket

shop_pages = [
    path("inbox/", inbox.page, name="inbox"),
    path("inbox/act/", inbox.act, name="inbox_act"),
    path("inbox/views/", inbox.keep_view, name="inbox_views"),
    path("inbox/live/", live.stream, name="inbox_live"),
    path("inbox/live/state/", live.state, name="inbox_live_state"),
    path("inbox/next/", inbox.following, name="inbox_next"),
    path("inbox/macros/", macros.page, name="inbox_macros"),
    path("inbox/macros/new/", macros.one, name="inbox_macros_new"),
    path("inbox/macros/<int:number>/<slug:key>/", effects.tickets, name="inbox_macros_tickets"),
    path("inbox/macros/<int:number>/", macros.one, name="inbox_macros_one"),
    path("inbox/rules/", rules.page, name="inbox_rules"),
    path("inbox/rules/new/", rules.one, name="inbox_rules_new"),
    path("inbox/rules/<int:number>/", rules.one, name="inbox_rules_one"),
    path("inbox/rules/<int:number>/do/", rules.do, name="inbox_rules_do"),
    path("inbox/targets/", targets.page, name="inbox_targets"),
    path("inbox/targets/<int:number>/", targets.give_up, name="inbox_targets_give_up"),
    path("inbox/absence/", absence.page, name="inbox_absence"),
    path("inbox/absence/<int:number>/", absence.change, name="inbox_absence_change"),
    path("inbox/<int:number>/", ticket.page, name="inbox_ticket"),
    path("inbox/of/<path:ticket_id>/", ticket.by_id, name="inbox_of"),
    path("inbox/<int:number>/lines/", ticket.lines, name="inbox_ticket_lines"),
    path("inbox/<int:number>/write/", ticket.write, name="inbox_ticket_write"),
    path("inbox/<int:number>/files/", ticket.files, name="inbox_ticket_files"),
    path("inbox/<int:number>/act/", ticket.act, name="inbox_ticket_act"),
    path("inbox/<int:number>/draft/", ticket.draft, name="inbox_ticket_draft"),
    path("inbox/<int:number>/here/", ticket.here, name="inbox_ticket_here"),
    path("inbox/<int:number>/held/<int:held>/", ticket.held, name="inbox_ticket_held"),
    path("inbox/<int:number>/unsent/<int:mail>/", ticket.unsent, name="inbox_ticket_unsent"),
    path("inbox/<int:number>/mail/<int:message>/", mail.page, name="inbox_ticket_mail"),
    path("inbox/<int:number>/mail/<int:message>/pictures/", mail.show_pictures, name="inbox_ticket_mail_pictures"),
    path("inbox/<int:number>/mail/<int:message>/frame/", mail.frame, name="inbox_ticket_mail_frame"),
    path("inbox/<int:number>/macro/<int:macro>/", ticket.macro, name="inbox_ticket_macro"),
]

"""The pages of the dashboard."""

from django.urls import path, re_path

from . import agent_page, agents, backlog, exports, metric_list, metric_page, overview, revenue, satisfaction

shop_pages = [
    path("", overview.front, name="shop"),
    path("overview/", overview.page, name="overview"),
    re_path(r"^overview/flow\.(?P<format>json|svg)$", overview.flow, name="overview_flow"),
    path("report.csv", exports.report, name="report_csv"),
    path("metrics/", metric_list.page, name="shop_metrics"),
    path("metrics/<slug:key>/", metric_page.page, name="shop_metrics_one"),
    path("metrics/<slug:key>/rows.csv", exports.rows, name="shop_metrics_rows"),
    re_path(
        r"^metrics/(?P<key>[-\w]+)/(?P<name>trend|spread|week)\.(?P<format>json|svg)$",
        metric_page.chart,
        name="shop_metrics_chart",
    ),
    path("agents/", agents.page, name="agents"),
    path("agents.csv", agents.export, name="agents_csv"),
    re_path(r"^agents/by/(?P<key>first_response_time|csat)\.(?P<format>json|svg)$", agents.chart, name="agents_chart"),
    path("agents/of/<path:agent>/", agent_page.page, name="agents_one"),
    re_path(
        r"^agents/of/(?P<agent>.+)/(?P<key>tickets_closed|response_time)\.(?P<format>json|svg)$",
        agent_page.chart,
        name="agents_one_chart",
    ),
    path("satisfaction/", satisfaction.page, name="satisfaction"),
    re_path(
        r"^satisfaction/(?P<name>trend|scores)\.(?P<format>json|svg)$", satisfaction.chart, name="satisfaction_chart"
    ),
    path("revenue/", revenue.page, name="revenue"),
    re_path(r"^revenue/(?P<name>[^/]+)\.(?P<format>json|svg)$", revenue.chart, name="revenue_chart"),
    path("backlog/", backlog.page, name="backlog"),
    re_path(r"^backlog/(?P<name>status|age|flow)\.(?P<format>json|svg)$", backlog.chart, name="backlog_chart"),
]

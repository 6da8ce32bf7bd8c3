"""The pages of the dashboard."""

from django.urls import path, re_path

from . import exports, metric_list, metric_page, overview

shop_pages = [
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
]

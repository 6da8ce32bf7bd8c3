"""The addresses of surveys; all of them are for everybody who has the link."""

from django.urls import path, register_converter

from . import pages, widget


class Score:
    """A score in an address."""

    regex = "[1-5]"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(Score, "score")

public_pages = [
    path("csat/widget/<slug:key>/", widget.endpoint, name="survey_widget"),
    path("csat/<str:token>/", pages.survey, name="survey"),
    path("csat/<str:token>/<score:score>/", pages.survey, name="survey_score"),
    path("csat/<str:token>/more/", pages.more, name="survey_more"),
    path("csat/<str:token>/unsubscribe/", pages.unsubscribe, name="survey_unsubscribe"),
]

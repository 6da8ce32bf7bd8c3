"""The addresses of surveys: those for everybody who has the link, and the pages of the shop."""

from django.urls import path, register_converter

from . import answers_page, doubtful_page, feedback_page, pages, questions_page, settings_page, widget


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

shop_pages = [
    path("surveys/", questions_page.page, name="surveys"),
    path("surveys/answers/", answers_page.page, name="surveys_answers"),
    path("surveys/answers.csv", answers_page.csv, name="surveys_answers_csv"),
    path("surveys/doubtful/", doubtful_page.page, name="surveys_doubtful"),
    path("surveys/doubtful/<int:number>/restore/", doubtful_page.restore, name="surveys_doubtful_restore"),
    path("surveys/feedback/", feedback_page.page, name="surveys_feedback"),
    path("surveys/feedback.csv", feedback_page.csv, name="surveys_feedback_csv"),
    path("surveys/settings/", settings_page.page, name="surveys_settings"),
]

"""CSV as the answer to a request."""

from collections.abc import Iterable

from django.http import HttpResponse, StreamingHttpResponse


def csv_answer(lines: Iterable[str], name: str = "") -> HttpResponse:
    """A CSV file, sent line by line; with a name (without its ending) as one to keep."""
    answer = StreamingHttpResponse(
        (line.encode("utf-8", "replace") for line in lines), content_type="text/csv; charset=utf-8"
    )
    if name:
        answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer  # type: ignore[return-value] # django-stubs: no common type for what a view may answer

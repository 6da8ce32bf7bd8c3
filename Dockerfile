# Counterbell in a container: docker build -t counterbell . && docker run -p 8000:8000 -v counterbell:/data counterbell
FROM python:3.12-slim AS built
RUN pip install --no-cache-dir uv
WORKDIR /counterbell
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --frozen --no-dev --no-install-project
COPY counterbell counterbell
RUN uv sync --frozen --no-dev --no-editable

FROM python:3.12-slim
RUN useradd --system --uid 10001 --home-dir /data counterbell && install -d -o counterbell -m 0700 /data
COPY --from=built /counterbell/.venv /counterbell/.venv
ENV PATH=/counterbell/.venv/bin:$PATH COUNTERBELL_DATA=/data PYTHONUNBUFFERED=1
USER counterbell
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["counterbell", "serve", "--host", "0.0.0.0", "--port", "8000"]

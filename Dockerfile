# Registrar, as a production server runs it. Needs DATABASE_URL, SECRET_KEY and ALLOWED_HOSTS.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /srv/registrar

COPY requirements/base.txt requirements/
RUN pip install --no-cache-dir --require-hashes --no-deps -r requirements/base.txt
COPY . .

RUN useradd --system registrar && install --directory --owner=registrar /srv/uploads
USER registrar
EXPOSE 8000
CMD ["granian", "config.wsgi:application", "--interface", "wsgi", "--no-ws", \
     "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "4"]

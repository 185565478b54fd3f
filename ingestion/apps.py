from django.apps import AppConfig


class IngestionConfig(AppConfig):
    name = "ingestion"

    def ready(self) -> None:
        from ingestion.kinds import register
        from ingestion.resources import Resources

        register(Resources())

from django.apps import AppConfig


class IngestionConfig(AppConfig):
    name = "ingestion"

    def ready(self) -> None:
        from ingestion.kinds import register
        from ingestion.plans import ProfilePlanner, foresee, planners
        from ingestion.resources import Resources
        from profiles.definitions import profiles
        from profiles.planning import foresights

        register(Resources())
        planners[profiles.what] = ProfilePlanner()
        foresights.append(foresee)

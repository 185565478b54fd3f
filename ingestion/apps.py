from django.apps import AppConfig


class IngestionConfig(AppConfig):
    name = "ingestion"

    def ready(self) -> None:
        from ingestion.data_indexes import follow_profile
        from ingestion.index_panels import index_panel
        from ingestion.kinds import register
        from ingestion.operations import Target
        from ingestion.resources import Resources
        from profiles.definition_panels import panels
        from profiles.definitions import profiles
        from profiles.models import Profile

        register(Resources())
        profiles.followers.append(follow_profile)
        panels.append(index_panel(Target.RESOURCE, Profile))

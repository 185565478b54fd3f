from django.apps import AppConfig


class IngestionConfig(AppConfig):
    name = "ingestion"
    verbose_name = "Records"

    def ready(self) -> None:
        from ingestion.conformity.admin import nonconforming_panel, nonconforming_view
        from ingestion.conformity.plans import ProfilePlanner, foresee, planners
        from ingestion.indexes.panels import index_panel
        from ingestion.indexes.profiles import follow_profile
        from ingestion.kinds import register
        from ingestion.operations import Target
        from ingestion.resources import Resources
        from profiles.admin.pages import DefinitionPage, definition_pages
        from profiles.definition_panels import DefinitionPanel, panels
        from profiles.definitions import profiles
        from profiles.models import Profile
        from profiles.planning import foresights

        register(Resources())
        profiles.followers.append(follow_profile)
        panels.append(index_panel(Target.RESOURCE, Profile))
        planners[profiles.what] = ProfilePlanner()
        foresights.append(foresee)
        template = "admin/ingestion/nonconforming_panel.html"
        panels.append(DefinitionPanel(Profile, template, nonconforming_panel))
        definition_pages.append(DefinitionPage(Profile, "nonconforming", nonconforming_view))

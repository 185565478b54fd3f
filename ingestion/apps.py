from django.apps import AppConfig


class IngestionConfig(AppConfig):
    name = "ingestion"

    def ready(self) -> None:
        from ingestion.kinds import register
        from ingestion.nonconforming_page import nonconforming_panel, nonconforming_view
        from ingestion.plans import ProfilePlanner, foresee, planners
        from ingestion.resources import Resources
        from profiles.admin_pages import (
            DefinitionPage,
            DefinitionPanel,
            definition_pages,
            definition_panels,
        )
        from profiles.definitions import profiles
        from profiles.models import Profile
        from profiles.planning import foresights

        register(Resources())
        planners[profiles.what] = ProfilePlanner()
        foresights.append(foresee)
        template = "admin/ingestion/nonconforming_panel.html"
        definition_panels.append(DefinitionPanel(Profile, template, nonconforming_panel))
        definition_pages.append(DefinitionPage(Profile, "nonconforming", nonconforming_view))

from django.apps import AppConfig


class RelationshipsConfig(AppConfig):
    name = "relationships"

    def ready(self) -> None:
        from ingestion.kinds import register
        from ingestion.plans import planners
        from ingestion.resource_pages import Panel, ResourcePage, pages, panels
        from profiles.admin_pages import (
            DefinitionPage,
            DefinitionPanel,
            definition_pages,
            definition_panels,
        )
        from profiles.definitions import profiles
        from profiles.picture import arrow_makers
        from relationships.definitions import include_keys, relationship_definitions
        from relationships.linked import linked
        from relationships.missing_page import missing_panel, missing_view
        from relationships.models import RelationshipDefinition
        from relationships.neighbourhood_page import neighbourhood_view
        from relationships.picture import arrows
        from relationships.planning import RelationshipPlanner
        from relationships.relationships import Relationships

        register(Relationships())
        planners[relationship_definitions.what] = RelationshipPlanner()
        profiles.name_claims.append(include_keys)
        arrow_makers.append(arrows)
        panels.append(Panel("admin/relationships/linked.html", linked))
        pages.append(ResourcePage("neighbourhood", neighbourhood_view))
        own, template = RelationshipDefinition, "admin/relationships/missing_panel.html"
        definition_panels.append(DefinitionPanel(own, template, missing_panel))
        definition_pages.append(DefinitionPage(own, "missing", missing_view))

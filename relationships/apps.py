from django.apps import AppConfig


class RelationshipsConfig(AppConfig):
    name = "relationships"

    def ready(self) -> None:
        from ingestion.index_panels import index_panel
        from ingestion.kinds import register
        from ingestion.operations import Target
        from ingestion.resource_pages import Panel, ResourcePage, pages, panels
        from ingestion.search.including import includers
        from ingestion.search.resources import related_finders
        from ingestion.search.scopes import scope_makers
        from profiles import definition_panels
        from profiles.definitions import profiles
        from profiles.picture import arrow_makers
        from relationships.definitions import (
            follow_definition,
            include_keys,
            relationship_definitions,
        )
        from relationships.including import read_inclusion
        from relationships.linked import linked
        from relationships.models import RelationshipDefinition
        from relationships.neighbourhood_page import neighbourhood_view
        from relationships.picture import arrows
        from relationships.relationships import Relationships
        from relationships.scope import linked_scopes, relationship_scope

        related_finders.append(linked_scopes)
        includers.append(read_inclusion)
        scope_makers[Target.RELATIONSHIP] = relationship_scope
        register(Relationships())
        profiles.name_claims.append(include_keys)
        relationship_definitions.followers.append(follow_definition)
        definition_panels.panels.append(index_panel(Target.RELATIONSHIP, RelationshipDefinition))
        arrow_makers.append(arrows)
        panels.append(Panel("admin/relationships/linked.html", linked))
        pages.append(ResourcePage("neighbourhood", neighbourhood_view))

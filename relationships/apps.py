from django.apps import AppConfig


class RelationshipsConfig(AppConfig):
    name = "relationships"

    def ready(self) -> None:
        from ingestion.admin.history.addresses import HISTORY_PAGES
        from ingestion.admin.history.pages import HistoryPanel
        from ingestion.admin.history.pages import panels as history_panels
        from ingestion.admin.resource_pages import Panel, ResourcePage, pages, panels
        from ingestion.conformity.plans import planners
        from ingestion.forms.definitions import record_definitions
        from ingestion.indexes.panels import index_panel
        from ingestion.kinds import register
        from ingestion.operations import Target
        from ingestion.past.kinds import past_kinds
        from ingestion.search.including import includers
        from ingestion.search.registry import scope_makers
        from ingestion.search.resources import related_finders
        from profiles import definition_panels
        from profiles.admin.pages import DefinitionPage, definition_pages
        from profiles.definition_panels import DefinitionPanel
        from profiles.definitions import profiles
        from profiles.picture import arrow_makers
        from relationships.admin.history_links import history_of_links
        from relationships.definitions import (
            follow_definition,
            include_keys,
            relationship_definitions,
        )
        from relationships.forms import all_definitions
        from relationships.linked import linked
        from relationships.missing_page import missing_panel, missing_view
        from relationships.models import RelationshipDefinition
        from relationships.neighbourhood_page import neighbourhood_view
        from relationships.past import PastRelationships
        from relationships.past_including import read_inclusion
        from relationships.picture import arrows
        from relationships.planning import RelationshipPlanner
        from relationships.relationships import Relationships
        from relationships.scope import linked_scopes, relationship_scope

        related_finders.append(linked_scopes)
        includers.append(read_inclusion)
        scope_makers[Target.RELATIONSHIP] = relationship_scope
        record_definitions[Target.RELATIONSHIP] = all_definitions
        register(Relationships())
        HISTORY_PAGES[Target.RELATIONSHIP] = "relationships_relationship"
        past_kinds[Target.RELATIONSHIP] = PastRelationships()
        planners[relationship_definitions.what] = RelationshipPlanner()
        profiles.name_claims.append(include_keys)
        relationship_definitions.followers.append(follow_definition)
        definition_panels.panels.append(index_panel(Target.RELATIONSHIP, RelationshipDefinition))
        arrow_makers.append(arrows)
        links = HistoryPanel("admin/relationships/history_links.html", history_of_links)
        history_panels[Target.RESOURCE].append(links)
        panels.append(Panel("admin/relationships/linked.html", linked))
        pages.append(ResourcePage("neighbourhood", neighbourhood_view))
        own, template = RelationshipDefinition, "admin/relationships/missing_panel.html"
        definition_panels.panels.append(DefinitionPanel(own, template, missing_panel))
        definition_pages.append(DefinitionPage(own, "missing", missing_view))

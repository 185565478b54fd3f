"""What this app shows in the admin, which imports this package. Nothing is registered elsewhere."""

from django.contrib import admin

from relationships.admin.definitions import RelationshipDefinitionAdmin
from relationships.admin.relationships import RelationshipAdmin
from relationships.models import Relationship, RelationshipDefinition

admin.site.register(Relationship, RelationshipAdmin)
admin.site.register(RelationshipDefinition, RelationshipDefinitionAdmin)

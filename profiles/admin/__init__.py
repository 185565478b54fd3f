"""What this app shows in the admin, which imports this package. Nothing is registered elsewhere."""

from django.contrib import admin
from django.contrib.auth.models import Group, User
from rest_framework_api_key.models import APIKey

from profiles.admin.changes import ConfigurationChangeAdmin
from profiles.admin.keys import ApiKeyAdmin
from profiles.admin.profiles import ProfileAdmin
from profiles.admin.sources import SourceAdmin
from profiles.admin.users import StaffAdmin
from profiles.models import ApiKey, ConfigurationChange, Profile, Source

# Rights are roles in sources. And the library's own keys open nothing: ours are `ApiKey`.
admin.site.unregister([User, Group, APIKey])

admin.site.register(Source, SourceAdmin)
admin.site.register(Profile, ProfileAdmin)
admin.site.register(ApiKey, ApiKeyAdmin)
admin.site.register(ConfigurationChange, ConfigurationChangeAdmin)
admin.site.register(User, StaffAdmin)

"""What this app shows in the admin, which imports this package. Nothing is registered elsewhere."""

from django.contrib import admin

from ingestion.admin.changes import ChangeAdmin, ReceiptAdmin
from ingestion.admin.dead_letters import DeadLetterAdmin
from ingestion.admin.erasing import ErasureAdmin
from ingestion.admin.resources import ResourceAdmin
from ingestion.admin.subscriptions import SubscriptionAdmin
from ingestion.admin.tasks.admin import TaskAdmin
from ingestion.models import Change, DeadLetter, Erasure, Receipt, Resource, Subscription, Task

admin.site.register(Resource, ResourceAdmin)
admin.site.register(Task, TaskAdmin)
admin.site.register(Change, ChangeAdmin)
admin.site.register(Receipt, ReceiptAdmin)
admin.site.register(Subscription, SubscriptionAdmin)
admin.site.register(DeadLetter, DeadLetterAdmin)
admin.site.register(Erasure, ErasureAdmin)

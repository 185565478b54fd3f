from rest_framework.routers import SimpleRouter

from tests.bench.floor.views import LinkViewSet, RecordViewSet

router = SimpleRouter(trailing_slash=False)
router.register("records", RecordViewSet)
router.register("links", LinkViewSet)

urlpatterns = router.urls

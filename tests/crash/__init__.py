import pytest

for name in ("checking", "definer", "line", "machines"):
    pytest.register_assert_rewrite(f"tests.crash.{name}")

"""pytest plugin: what pages are compiled into is kept from one test to the next, unless a test changed it.

Odoo forgets all of it after each test, and compiles it anew for each page of the next.
"""

import pytest

# What is worked out of views, of styles and of routes, which the rollback of a test leaves as they were.
KEPT = ("assets", "templates", "routing")


@pytest.hookimpl(trylast=True)
def pytest_sessionstart():
    """Keep these caches through `clear_all_caches`, where nobody cleared them since the last time."""
    from odoo.orm.registry import _CACHES_BY_KEY, Registry

    clear_cache = Registry.clear_cache

    def remember(self, *names):
        self.tierslieu_cleared = getattr(self, "tierslieu_cleared", set()) | set(names or ("default",))
        clear_cache(self, *names)

    def clear_all_caches(self):
        cleared = {cache for name in getattr(self, "tierslieu_cleared", KEPT) for cache in _CACHES_BY_KEY[name]}
        kept = set(KEPT) - cleared
        clear_cache(self, *(name for name in _CACHES_BY_KEY if kept.isdisjoint(_CACHES_BY_KEY[name])))
        self.cache_invalidated.update(_CACHES_BY_KEY)
        self.tierslieu_cleared = set()

    Registry.clear_cache = remember
    Registry.clear_all_caches = clear_all_caches

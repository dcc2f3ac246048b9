"""The two places where LocalStack takes in plug-ins: services it does not have, and patches once a service is loaded."""

from collections import defaultdict

from localstack.services.plugins import ServicePluginAdapter, ServicePluginManager

_services = {}
_patches = defaultdict(list)


def add_service(name, create):
    """`create()` gives the `Service` that answers the API `name`."""
    _services[name] = create


def on_load(name, patch):
    """Calls `patch()` once, right after the service `name` is loaded, which is at its first use."""
    _patches[name].append(patch)


_resolve = ServicePluginManager._resolve_api_provider_specs
_load = ServicePluginManager._load_service_plugin


def _resolve_with_ours(self):
    specs = _resolve(self)
    for name in _services:
        specs[name] = ["default"]
    return specs


def _load_with_ours(self, name):
    if name in _services:
        plugin = ServicePluginAdapter(api=name, create_service=_services[name])
        plugin.load()
        plugin.name = f"{name}:default"
    else:
        plugin = _load(self, name)
    for patch in _patches[name]:
        patch()
    return plugin


ServicePluginManager._resolve_api_provider_specs = _resolve_with_ours
ServicePluginManager._load_service_plugin = _load_with_ours

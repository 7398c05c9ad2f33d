from hypothesis import settings

settings.register_profile("core", deadline=None)  # wall times are not asserted
settings.load_profile("core")

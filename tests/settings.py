"""Django's settings for the suite: the real ones, on a data folder that is thrown away."""

import atexit
import os
import shutil
import tempfile

_HOME = tempfile.mkdtemp(prefix="limner-tests-")
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)
os.environ["LIMNER_HOME"] = _HOME

from limner.server.settings import *  # noqa: E402, F403 - after the environment is set
from limner.server.settings import CONFIG, DATABASES  # noqa: E402

DATABASES["default"]["TEST"] = {"NAME": CONFIG.home / "test.sqlite3"}

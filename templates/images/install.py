# Runs uv inside the build of an image: `install.py lock|install`. What it needs to reach the index are build secrets, so nothing
# of them stays in the image.
import json
import os
import re
import subprocess
import sys
from importlib import metadata

SECRETS = "/run/secrets"


def environment():
    env = {**os.environ, "HOME": "/root", "UV_PYTHON_DOWNLOADS": "never", "UV_LINK_MODE": "copy", "UV_NO_PROGRESS": "1"}
    if os.path.exists(f"{SECRETS}/uvtoml"):
        env["UV_CONFIG_FILE"] = f"{SECRETS}/uvtoml"
    if os.path.exists(f"{SECRETS}/ca"):
        env["SSL_CERT_FILE"] = f"{SECRETS}/ca"
    if os.path.exists(f"{SECRETS}/variables"):
        with open(f"{SECRETS}/variables") as file:
            env.update(json.load(file))
    return env


def uv(args):
    if subprocess.run(["/build/uv", *args], env=environment()).returncode != 0:
        sys.exit(1)


def fail(message, hint):
    print(f"supportmax: {message} / {hint}", file=sys.stderr)
    sys.exit(1)


def programs(name):
    """Of the package itself, by the list of its files."""
    wanted = re.sub(r"[-_.]+", "-", name).lower()
    [site] = [f"venv/lib/{one}/site-packages" for one in os.listdir("venv/lib")]
    for found in metadata.distributions(path=[site]):
        if re.sub(r"[-_.]+", "-", found.metadata["Name"]).lower() == wanted:
            paths = [str(file) for file in found.files or []]
            return sorted(os.path.basename(path) for path in paths if re.match(r"(\.\./)+bin/[^/]+$", path))
    return []


def chosen(name, bin):
    known = programs(name)
    choice = f'set "bin" to one of: {", ".join(known)}'
    if not known:
        fail(f"{name} has no program to start", "name the package that has the server")
    if bin is not None:
        return bin if bin in known else fail(f'{name} has no program "{bin}"', choice)
    if len(known) == 1:
        return known[0]
    if name in known:
        return name
    return fail(f"{name} has {len(known)} programs, and none has its name", choice)


with open("/build/plan.json") as file:
    plan = json.load(file)
if sys.argv[1] == "lock":
    uv(plan["lock"])
else:
    uv(plan["venv"])
    uv(plan["install"])
    os.symlink(f"/app/package/venv/bin/{chosen(plan['name'], plan['bin'])}", "server")

"""Sends random requests for every query and mutation of the schema, and holds every answer against `fuzz_hooks.py`.

    python fuzz.py URL EMAIL PASSWORD

`BUSFARE_FUZZ_EXAMPLES` says how many for each, 5 where it says nothing. What signs her out is left alone, because whatever came
after it would be tried by nobody.
"""

import os
import pathlib
import subprocess
import sys

here = pathlib.Path(__file__).parent
url, email, password = sys.argv[1:]
command = [
    str(pathlib.Path(sys.executable).with_name("schemathesis")),
    "run",
    str(here / "../../../schema.graphql"),
    f"--url={url}",
    "--checks=errors_are_from_the_closed_list",
    "--phases=fuzzing",
    f"--max-examples={os.environ.get('BUSFARE_FUZZ_EXAMPLES', '5')}",
    "--exclude-name=Mutation.signOut",
    "--generation-database=none",
    "--continue-on-failure",
    "--warnings=off",
    "--no-color",
]
known = {"SCHEMATHESIS_HOOKS": "fuzz_hooks", "BUSFARE_URL": url, "BUSFARE_EMAIL": email, "BUSFARE_PASSWORD": password}
sys.exit(subprocess.run(command, cwd=here, env=os.environ | known, check=False).returncode)

"""The files of one database server: made once, by `initdb`."""

import locale
import shutil

from config.postgres.errors import PostgresUnavailable
from config.postgres.folders import claim_private_folder
from config.postgres.installations import Installation
from config.postgres.plan import Plan

BUILTIN_LOCALES_SINCE = 17


def make_data(plan: Plan) -> None:
    """Under another name first: an interrupted `initdb` leaves what looks like data."""
    unfinished = plan.home.data.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    claim_private_folder(unfinished, plan.account)
    done = plan.account.run(
        *(plan.installation.bin / "initdb", "--pgdata", unfinished),
        *("--username=registrar", "--auth=trust", "--encoding=UTF8"),
        *_locale_options(plan.installation),
        *(["--no-sync"] if plan.forgetful else []),
    )
    if done.returncode != 0:
        raise PostgresUnavailable(f"initdb could not make the database:\n{done.stderr.strip()}")
    unfinished.rename(plan.home.data)


def _locale_options(installation: Installation) -> list[str]:
    """Sort by code point, know the upper and lower case of all Unicode, on every machine alike."""
    if installation.major >= BUILTIN_LOCALES_SINCE:
        return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return [f"--locale={'C.UTF-8' if _system_knows('C.UTF-8') else 'C'}"]


def _system_knows(name: str) -> bool:
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, name)
    except locale.Error:
        return False
    locale.setlocale(locale.LC_CTYPE, before)
    return True

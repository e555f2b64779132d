"""Who may do what: role → verbs. One table that a coordinator can read.

A verb is also the name of the audit line and, for what a phone may send, of the command. Each grant of a
role carries a scope (team, unit, region or the whole municipality); the verbs count inside it only.
The administrator keeps accounts and settings and sees no case.
"""

_OWN = {
    "accounts.read_own", "accounts.sign_out", "accounts.end_session", "accounts.revoke_device", "accounts.set_locale",
}
# One's own too, but never while a phone's vault is shut.
_SELF = {"accounts.report_lost"}
# What a session bound to a phone's vault may do while the vault is shut; a verb added to _OWN stays outside.
WHILE_LOCKED = frozenset({"sync.push"} | _OWN)
_PHONE = {"sync.push", "sync.pull", "sync.withdraw", "accounts.open_vault"}
_REFER = {"referrals.send", "referrals.revoke"}

ROLES: dict[str, frozenset[str]] = {
    role: frozenset(_OWN | _SELF | verbs)
    for role, verbs in {
        "outreach_worker": _PHONE | _REFER | {
            "shifts.start", "shifts.end",
            "encounters.record", "encounters.complete", "encounters.correct", "encounters.withdraw",
            "people.register", "units.read", "territory.read",
        },
        "home_visitor": _PHONE | _REFER | {
            "home_visits.record", "home_visits.correct", "home_visits.withdraw",
            "people.read_households", "units.read", "territory.read",
        },
        "technician": {
            "referrals.read_inbox", "referrals.decide", "referrals.mark_arrival",
            "units.read", "units.note_vacancies", "territory.read",
        },
        "unit_desk": {
            "referrals.read_inbox", "referrals.decide", "referrals.mark_arrival",
            "units.read", "units.note_vacancies", "territory.read",
        },
        "coordinator": {
            "referrals.read_inbox", "units.read", "units.note_vacancies", "territory.read",
            "coverage.read", "coverage.list_encounters", "desk.watch_phones",
            "accounts.report_team_lost", "people.read_held",
        },
        "supervisor": {
            "units.read", "territory.read", "coverage.read", "coverage.list_encounters", "desk.watch_phones",
        },
        "administrator": {
            "accounts.read_workers", "accounts.report_team_lost", "territory.read", "territory.import", "units.read", "desk.read_health",
        },
        "auditor": {"audit.read"},
    }.items()
}

VERBS: frozenset[str] = frozenset().union(*ROLES.values())

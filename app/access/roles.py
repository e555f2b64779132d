"""Who may do what: role → verbs. One table that a coordinator can read.

A verb is also the name of the audit line and, for what a phone may send, of the command. Each grant of a
role carries a scope (team, unit, region or the whole municipality); the verbs count inside it only.
The administrator keeps accounts and settings and sees no case.
"""

_OWN = {
    "accounts.read_own", "accounts.sign_out", "accounts.end_session", "accounts.revoke_device", "accounts.set_locale",
}
# One's own too, but never while a phone's vault is shut.
_SELF = {
    "accounts.report_lost", "accounts.change_password", "accounts.accept_term", "accounts.add_passkey",
    "accounts.remove_passkey", "accounts.remove_totp", "notices.subscribe", "notices.set_preferences",
}
# What a session bound to a phone's vault may do while the vault is shut. A copied cookie does as much: so it ends no
# session and revokes no device of the worker's, who would lose her other phones by it.
WHILE_LOCKED = frozenset({"sync.push", "accounts.read_own", "accounts.sign_out", "accounts.set_locale"})
_PHONE = {"sync.push", "sync.pull", "sync.withdraw", "accounts.open_vault"}
_REFER = {
    "referrals.send", "referrals.revoke", "referrals.set_out", "referrals.tell_answer", "referrals.plan_trip", "units.read",
}
# At a unit's door: answer, receive, and who sleeps in which bed.
_DOOR = {
    "referrals.read_inbox", "referrals.decide", "referrals.mark_arrival", "referrals.serve", "referrals.check_slip",
    "units.read", "units.note_vacancies", "units.read_stays", "units.check_in", "units.check_out", "units.keep_place",
    "units.note_turned_away", "units.note_visit", "units.block_bed",
}
# How a unit works: its own coordination, or the administration.
_HOUSE = {"units.set_hours", "units.set_beds", "units.set_conditions"}
# Who works with people: known by what they are called, found by three letters, each reading logged.
_KNOW = {"people.search", "people.read", "people.tell", "people.take_back", "people.break_glass", "tasks.agree", "tasks.close"}
_MEET = {"encounters.link", "encounters.unlink", "encounters.join", "encounters.unjoin"}
_FAMILIES = {"people.open_household", "people.change_household"}
# A private note stays her holder's wherever she goes to work, and row level security shows no other.
_HELD_NOTES = {"people.read_note", "people.hand_note"}
# A flag is raised by whoever sees; its author sees how it goes, never what others wrote.
_RAISE = {
    "protection.raise", "protection.complement", "protection.tell_call", "protection.say_mistake", "protection.read_own",
}
# Who answers for a case: the technicians of its unit.
_CASE = {
    "protection.read_queue", "protection.take", "protection.open_words", "protection.hand", "protection.note", "protection.guide",
    "protection.link", "protection.communicate", "protection.refer", "protection.close", "protection.break_glass",
    # Of no meeting in the street: what it says is a name, a need and a unit.
    "referrals.send_from_desk",
}
# What citizens and the network ask: whoever answers the telephone takes it in; whoever coordinates triages and sends a team.
_TAKE_IN = {"outreach_requests.take_in"}
_SEND_TEAM = _TAKE_IN | {"outreach_requests.triage", "outreach_requests.dispatch"}
_ANSWER = {"outreach_requests.set_out", "outreach_requests.arrive", "outreach_requests.close"}
# The roster: whoever is in a team reads its own; who leads teams plans them.
_ROSTER = {"shifts.read_roster"}
_PLAN = _ROSTER | {"shifts.plan"}
# Who is told when a planned team is missing or a request waits: whoever says that she is on duty, within her reach.
_ON_DUTY = {"alerts.read", "alerts.answer", "alerts.take_duty"}
# Operations (frio, chuva, calor): begun, changed and ended by whoever answers for the night.
_OPERATE = {"operations.read", "operations.start", "operations.change", "operations.end"}
# LGPD 18: what is recorded, printed for the person; to whom it went.
_RIGHTS = {"people.print", "people.note_sharing"}

ROLES: dict[str, frozenset[str]] = {
    role: frozenset(_OWN | _SELF | verbs)
    for role, verbs in {
        "outreach_worker": _PHONE | _REFER | _KNOW | _MEET | _FAMILIES | _HELD_NOTES | _RAISE | _ANSWER | _ROSTER | {
            "shifts.start", "shifts.end", "shifts.enter_region", "shifts.pause", "shifts.resume", "shifts.pass_by",
            "shifts.visit_point", "shifts.miss_stop",
            "encounters.record", "encounters.complete", "encounters.correct", "encounters.withdraw",
            "encounters.offer", "people.register", "units.read", "territory.read",
        },
        "home_visitor": _PHONE | _REFER | _KNOW | _FAMILIES | _HELD_NOTES | _RAISE | _ROSTER | {
            "home_visits.record", "home_visits.correct", "home_visits.withdraw",
            "people.read_households", "people.register", "units.read", "territory.read",
        },
        "technician": _KNOW | _MEET | _FAMILIES | _RIGHTS | _HELD_NOTES | _DOOR | _RAISE | _CASE | _TAKE_IN | {
            "units.read_suspensions",
            "people.register", "people.read_documents", "people.read_sensitive", "people.read_households", "encounters.offer",
            "people.read_pairs", "people.decide_pair", "people.merge",
            "people.restrict", "people.name_reader", "people.follow",
            "people.write_note",
            "territory.read",
        },
        "unit_desk": _HELD_NOTES | _DOOR | _RAISE | _TAKE_IN | {"territory.read"},
        # A coordination sees which cases wait and who opened what; what a case says only by handing it to herself.
        "coordinator": _KNOW | _MEET | _RIGHTS | _HELD_NOTES | _HOUSE | _RAISE | _SEND_TEAM | _PLAN | _OPERATE | {
            "protection.review", "protection.hand", *_ON_DUTY,
            "units.suspend", "units.read_suspensions", "units.read_stays", "referrals.send_vehicle",
            "people.read_documents", "people.read_households", "people.read_pairs", "people.decide_pair", "people.merge",
            "people.review_openings", "tasks.oversee", "tasks.hand", "desk.read_today",
            "referrals.read_inbox", "units.read", "units.note_vacancies", "territory.read", "territory.keep_points", "shifts.plan_routes",
            "coverage.read", "coverage.list_encounters", "desk.watch_phones",
            "accounts.read_team", "accounts.give_code", "accounts.report_team_lost", "people.read_held",
        },
        "supervisor": _HELD_NOTES | _SEND_TEAM | _PLAN | _OPERATE | _ON_DUTY | {
            "operations.configure",
            "desk.set_city", "alerts.set_rules", "units.read", "territory.read", "coverage.read", "coverage.list_encounters", "desk.watch_phones",
            "people.undo_merge", "people.review_openings", "tasks.oversee", "referrals.oversee", "protection.oversee",
        },
        "administrator": _HOUSE | {
            "accounts.set_profession", "people.write_options", "people.name_officer",
            "accounts.read_workers", "accounts.create_worker", "accounts.rename_worker", "accounts.move_worker",
            "accounts.suspend_worker", "accounts.reinstate_worker", "accounts.grant_role", "accounts.end_role",
            "accounts.give_code", "accounts.write_term", "accounts.manage_teams", "accounts.report_team_lost", "accounts.set_totp",
            "units.manage", "units.set_duty_phones", "protection.configure", "desk.first_steps", "desk.read_health",
            "desk.set_city",
            "territory.read", "territory.import", "units.read",
        },
        "auditor": {"audit.read"},
    }.items()
}

# Where a role may be given; the first is what a form proposes. Accounts and the trail are of the whole city or of nobody.
SCOPES_OF: dict[str, tuple[str, ...]] = {
    "outreach_worker": ("team", "municipality"),
    "home_visitor": ("team", "municipality"),
    "technician": ("unit", "municipality"),
    "unit_desk": ("unit", "municipality"),
    "coordinator": ("team", "unit", "region", "municipality"),
    "supervisor": ("municipality", "region"),
    "administrator": ("municipality",),
    "auditor": ("municipality",),
}

# Who serves under a coordination: whoever coordinates gives access back to these, never to who oversees or administers.
COORDINATED = frozenset({"outreach_worker", "home_visitor", "technician", "unit_desk"})

VERBS: frozenset[str] = frozenset().union(*ROLES.values())

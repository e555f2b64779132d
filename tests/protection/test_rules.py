"""domain 4.3, line by line, as the edition that the software brings says it; and what holds whatever a table says."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from app.protection import rules
from app.protection.editions import DEFAULT
from app.protection.rules import Line
from app.protection.sealing import Facts
from app.protection.terms import AGES, BY_AGENTS, MINORS, RECIPIENTS, RISKS, SEXES, VIOLATIONS

AT = datetime(2026, 12, 31, 23, 40, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
POLICE = {"police_190", "police_station", "women_police_station", "federal_police"}
VIOLENCE = [kind for kind in VIOLATIONS if kind not in ("child_labour", "alone_in_street", "missing", "self_harm")]


def owed(lines=DEFAULT, **facts):
    """{recipient: (obligation, minutes)}"""
    told = Facts(**{name: tuple(value) if isinstance(value, list) else value for name, value in facts.items()})
    return {line.recipient: (line.obligation, line.minutes) for line in rules.duties_for(lines, told)}


def mandatory(**facts):
    return {recipient: minutes for recipient, (obligation, minutes) in owed(**facts).items() if obligation == "mandatory"}


# -- the table as data ------------------------------------------------------------------------------------------------


def test_every_line_is_of_the_closed_lists_and_names_its_source():
    for line in DEFAULT:
        assert line.recipient in RECIPIENTS and line.obligation in ("mandatory", "offered")
        assert line.legal_source and not line.is_confirmed, line
        assert set(line.kinds) <= set(VIOLATIONS) and set(line.ages) <= set(AGES)
        assert set(line.sexes) <= set(SEXES) and set(line.risks) <= set(RISKS)
        assert line.minutes is not None


def test_every_line_binds_somebody():
    """No line is dead: for each there are facts by which it is told."""
    for line in DEFAULT:
        told = Facts(
            kinds=line.kinds[:1] or ("other",), age=(line.ages or ("age_60_plus",))[0], sex=(line.sexes or (None,))[0],
            risk=(line.risks or ("no_sign",))[0], with_disability=line.disability,
        )  # fmt: skip
        assert line.recipient in {each.recipient for each in rules.duties_for([line], told)}, line


# -- children ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("age", MINORS)
@pytest.mark.parametrize("kind", VIOLENCE)
def test_violence_against_a_minor_goes_to_the_council_at_once_and_to_creas(age, kind):
    must = mandatory(age=age, kinds=[kind], risk="no_sign")
    assert must["guardianship_council"] == 0
    assert must["creas"] == 1440


def test_no_consent_is_waited_for_with_a_minor():
    told = owed(age="age_16_17", kinds=["physical"], choices=[{"recipient": "guardianship_council", "answer": "declined"}])
    assert told["guardianship_council"] == ("mandatory", 0)


@pytest.mark.parametrize(("risk", "company", "minutes"), [
    ("no_sign", "with_adult", 1440), ("no_sign", "alone", 360), ("soon", "with_adult", 360), ("danger_now", "with_adult", 360),
    (None, "with_adult", 360), ("no_sign", None, 1440),
])  # fmt: skip
def test_child_labour_goes_to_council_and_peti_in_the_shift_when_at_risk_or_alone_else_in_a_day(risk, company, minutes):
    must = mandatory(age="age_14_15", kinds=["child_labour"], forms=["street_sale"], risk=risk, company=company)
    assert must["guardianship_council"] == must["peti"] == minutes
    assert must["creas"] == 1440


def test_labour_inspection_is_proposed_for_an_employer_and_never_by_itself():
    told = owed(age="age_16_17", kinds=["child_labour"])
    assert told["labour_inspection"][0] == told["labour_prosecution"][0] == "offered"


def test_a_child_who_is_exploited_at_work_is_the_victim_of_it_at_once():
    told = mandatory(age="age_14_15", kinds=["child_labour"], forms=["sexual_exploitation"], risk="no_sign")
    assert told["guardianship_council"] == 0
    assert mandatory(age="age_14_15", kinds=["child_labour"], forms=["drug_trade"], risk="no_sign")["guardianship_council"] == 360


def test_labour_at_16_and_17_is_flagged_and_an_adult_s_is_not_child_labour():
    assert "peti" in mandatory(age="age_16_17", kinds=["child_labour"])
    assert owed(age="age_18_59", kinds=["child_labour"]) == {}


def test_a_child_alone_in_the_street_goes_to_the_council_on_duty_and_the_judge_is_proposed():
    told = owed(age="age_7_12", kinds=["alone_in_street"], risk="no_sign")
    assert told["guardianship_council"] == ("mandatory", 0)
    assert told["childhood_judge"] == ("offered", 1440)


def test_a_child_of_no_known_age_is_a_child_by_what_happens():
    assert mandatory(age=None, kinds=["alone_in_street"])["guardianship_council"] == 0


def test_a_girl_has_the_child_s_lines_and_180():
    told = owed(age="age_13", sex="female", kinds=["physical"])
    assert told["guardianship_council"] == ("mandatory", 0) and told["ligue_180"] == ("offered", 0)
    assert "women_police_station" not in told


# -- adults decide ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sex", ["male", "female", None])
@pytest.mark.parametrize("risk", [*RISKS, None])
@pytest.mark.parametrize("kind", VIOLENCE)
def test_for_an_adult_nothing_is_mandatory_neither_police_nor_others(kind, sex, risk):
    assert mandatory(age="age_18_59", sex=sex, kinds=[kind], risk=risk) == {}


def test_of_no_known_age_nothing_is_mandatory_but_something_is_proposed():
    assert mandatory(age=None, kinds=["physical"], risk="soon") == {}
    assert {"creas", "disque_100"} <= owed(age=None, kinds=["physical"]).keys()


def test_a_woman_is_offered_180_deam_centre_and_creas_now():
    told = owed(age="age_18_59", sex="female", kinds=["physical"], risk="soon")
    for recipient in ("ligue_180", "women_police_station", "women_centre"):
        assert told[recipient] == ("offered", 0)
    assert {"creas", "public_defender"} <= told.keys() and "police_190" not in told
    assert owed(age="age_18_59", sex="female", kinds=["physical"], risk="danger_now")["police_190"] == ("offered", 0)
    assert "women_centre" not in owed(age="age_18_59", sex="male", kinds=["physical"])


def test_a_city_s_own_table_can_t_make_the_police_mandatory_for_an_adult():
    table = [Line("police_station", "mandatory", 60), Line("women_police_station", "mandatory", 0)]
    assert owed(table, age="age_18_59", sex="female", kinds=["physical"]) == {
        "police_station": ("offered", 60), "women_police_station": ("offered", 0),
    }  # fmt: skip
    assert owed(table, age="age_60_plus", kinds=["physical"])["police_station"] == ("mandatory", 60)


def test_whom_she_wants_told_is_told_though_no_line_names_them():
    told = owed(age="age_18_59", kinds=["financial"], choices=[{"recipient": "human_rights_centre", "answer": "accepted"}])
    assert told["human_rights_centre"] == ("offered", None)
    assert "human_rights_centre" not in owed(age="age_18_59", kinds=["financial"], choices=[{"recipient": "human_rights_centre", "answer": "later"}])


@pytest.mark.parametrize("kind", ["physical", "neglect", "financial"])
def test_an_older_person_s_goes_to_police_prosecution_and_council(kind):
    must = mandatory(age="age_60_plus", kinds=[kind])
    assert must == {"police_station": 0, "prosecution": 1440, "older_council": 1440}


@pytest.mark.parametrize("age", ["age_18_59", "age_60_plus", "age_7_12", None])
def test_with_a_disability_the_same_and_its_council(age):
    must = mandatory(age=age, kinds=["neglect"], with_disability=True)
    assert {"police_station": 0, "prosecution": 1440, "disability_council": 1440}.items() <= must.items()
    assert "disability_council" not in owed(age=age, kinds=["neglect"], with_disability=None)


def test_who_is_missing_is_searched_for_at_once_at_any_age():
    for age in AGES:
        assert mandatory(age=age, kinds=["missing"])["police_station"] == 0
    assert mandatory(age="age_7_12", kinds=["missing"])["guardianship_council"] == 0


@pytest.mark.parametrize("kind", ["trafficking", "slave_labour"])
def test_trafficking_and_slave_like_work(kind):
    child = mandatory(age="age_14_15", kinds=[kind])
    assert {"disque_100": 0, "federal_police": 1440, "labour_prosecution": 1440, "guardianship_council": 0}.items() <= child.items()
    adult = owed(age="age_18_59", kinds=[kind])
    assert {"disque_100", "federal_police", "labour_prosecution", "labour_inspection"} <= adult.keys()
    assert all(obligation == "offered" for obligation, _minutes in adult.values())
    assert "ligue_180" in owed(age="age_18_59", sex="female", kinds=["trafficking"])


def test_discrimination_is_the_person_s_to_report():
    told = owed(age="age_18_59", kinds=["discrimination"])
    assert {"disque_100", "public_defender", "human_rights_centre", "police_station"} <= told.keys()
    assert all(obligation == "offered" for obligation, _minutes in told.values())


@pytest.mark.parametrize("age", [*AGES, None])
@pytest.mark.parametrize("risk", [*RISKS, None])
def test_who_may_take_her_life_is_a_matter_of_health_never_of_the_police(age, risk):
    told = owed(age=age, kinds=["self_harm"], risk=risk)
    assert not POLICE & told.keys()
    assert {"caps", "cvv_188"} <= told.keys()
    assert ("samu_192" in told) == (risk == "danger_now")
    if risk == "danger_now":
        assert told["samu_192"] == ("mandatory", 0)  # rescue is called without asking


@pytest.mark.parametrize("kind", sorted(BY_AGENTS))
def test_against_public_agents_by_choice_and_never_the_police_line(kind):
    told = owed(age="age_18_59", kinds=[kind], risk="danger_now")
    assert {"ombudsman", "public_defender", "prosecution"} <= told.keys()
    assert "police_190" not in told


def test_the_accused_body_is_never_proposed_not_even_where_the_law_names_it():
    told = owed(age="age_60_plus", kinds=["physical"], agent_body="civil_police", risk="danger_now")
    assert "police_station" not in told and "prosecution" in told
    assert "police_190" not in owed(age="age_60_plus", kinds=["physical"], agent_body="military_police", risk="danger_now")
    hidden = rules.duties_for(DEFAULT, Facts(age="age_60_plus", kinds=("physical",), agent_body="health"), ["health_surveillance"])
    assert "health_surveillance" not in {line.recipient for line in hidden}
    wanted = owed(age="age_18_59", kinds=["state_violence"], agent_body="military_police", choices=[{"recipient": "police_190", "answer": "accepted"}])
    assert "police_190" not in wanted


def test_health_surveillance_is_proposed():
    assert owed(age="age_18_59", kinds=["sexual_abuse"])["health_surveillance"] == ("offered", 1440)


def test_of_two_lines_the_stronger_stands():
    told = owed(age="age_7_12", kinds=["child_labour", "physical"], risk="no_sign")
    assert told["guardianship_council"] == ("mandatory", 0)
    assert owed([Line("creas", "offered", 0), Line("creas", "mandatory", 1440)], age="age_7_12", kinds=["other"]) == {"creas": ("mandatory", 1440)}


def test_a_line_of_company_binds_only_that_company():
    table = [Line("peti", "mandatory", 5, company=("alone",))]
    assert owed(table, age="age_7_12", company="alone", kinds=["other"]) and not owed(table, age="age_7_12", company="with_adult", kinds=["other"])


# -- by when ----------------------------------------------------------------------------------------------------------


def test_times_run_over_midnight_and_the_year_s_end():
    assert rules.due_at(Line("peti", "mandatory", 360), AT) == datetime(2027, 1, 1, 5, 40, tzinfo=UTC)
    assert rules.due_at(Line("guardianship_council", "mandatory", 0), AT) == AT + HOUR
    assert rules.due_at(Line("creas", "mandatory", 1440), AT) == AT + DAY


@pytest.mark.parametrize(("choice", "due"), [(None, None), ("declined", None), ("later", None), ("unavailable", None), ("accepted", AT + DAY)])
def test_what_is_offered_has_a_time_once_it_was_accepted(choice, due):
    assert rules.due_at(Line("creas", "offered", 1440), AT, choice) == due
    assert rules.due_at(Line("creas", "offered", None), AT, choice) == due


def test_a_voice_that_answered_counts_for_whom_the_law_lets_it():
    assert rules.was_told("guardianship_council", {"disque_100"}) and rules.was_told("guardianship_council", {"guardianship_council"})
    assert not rules.was_told("guardianship_council", {"samu_192"}) and not rules.was_told("peti", {"disque_100"})


# -- the ladder -------------------------------------------------------------------------------------------------------


@dataclass
class Row:
    received_at: datetime
    due_at: datetime | None
    ladder: int = 0
    is_immediate: bool = False


def test_the_ladder_climbs_before_when_and_after_the_time_is_over():
    row = Row(AT, AT + HOUR, is_immediate=True)
    assert rules.ladder_at(row) == {1: AT + HOUR / 2, 2: AT + HOUR, 3: AT + HOUR * 1.5}
    assert rules.ladder_due(row, AT + HOUR / 2 - timedelta(seconds=1)) == []
    assert rules.ladder_due(row, AT + HOUR / 2) == [1]
    assert rules.ladder_due(replace(row, ladder=1), AT + HOUR) == [2]
    assert rules.ladder_due(replace(row, ladder=2), AT + HOUR) == []


def test_a_job_that_was_late_climbs_every_step_it_missed_once():
    row = Row(AT, AT + HOUR)
    assert rules.ladder_due(row, AT + DAY) == [1, 2, 3]
    assert rules.ladder_due(replace(row, ladder=3), AT + DAY) == []


def test_at_the_top_it_is_asked_for_again_each_day_the_missed_ones_in_one():
    row = Row(AT, AT + HOUR, ladder=3)
    top = AT + 3 * HOUR
    assert rules.ladder_due(row, top + DAY) == [4] and rules.climbed_at(row, 4) == top + DAY
    assert rules.ladder_due(replace(row, ladder=4), top + DAY * 1.9) == []
    assert rules.ladder_due(replace(row, ladder=4), top + 9 * DAY) == [12]


def test_a_table_that_tells_nobody_of_a_child_or_an_older_person_is_found_out():
    assert rules.unprotected(DEFAULT) == ()
    assert "neglect" in rules.unprotected(tuple(line for line in DEFAULT if line.recipient != "guardianship_council" and line.recipient != "creas"))
    only_at_risk = tuple(replace(line, risks=("danger_now",)) if "child_labour" in line.kinds else line for line in DEFAULT)
    assert rules.unprotected(only_at_risk) == ("child_labour",)
    assert "financial" in rules.unprotected(tuple(line for line in DEFAULT if "age_60_plus" not in line.ages))


def test_a_long_time_is_reminded_of_two_hours_before():
    assert rules.ladder_at(Row(AT, AT + DAY))[1] == AT + DAY - 2 * HOUR


def test_what_arrived_late_is_asked_for_at_once_and_its_supervision_later():
    row = Row(AT + 3 * HOUR, AT + HOUR, is_immediate=True)
    assert rules.ladder_due(row, AT + 3 * HOUR) == [1, 2]
    assert rules.ladder_due(replace(row, ladder=2), AT + 3.5 * HOUR) == [3]


def test_without_a_time_nobody_is_asked():
    assert rules.ladder_due(Row(AT, None), AT + 99 * DAY) == []


# -- what is counted --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("facts", "counted"), [
    ({"age": "age_14_15", "kinds": ("child_labour",)}, ["flag", "child_labour", "child_labour_up_to_15"]),
    ({"age": "age_16_17", "kinds": ("child_labour",)}, ["flag", "child_labour"]),
    ({"age": None, "kinds": ("child_labour",)}, ["flag", "child_labour"]),
    ({"age": "age_13", "kinds": ("child_labour",), "forms": ("sexual_exploitation",)}, ["flag", "child_labour", "child_labour_up_to_15", "sexual_exploitation_minor"]),
    ({"age": "age_13", "kinds": ("sexual_exploitation", "physical")}, ["flag", "sexual_exploitation_minor", "violence_minor"]),
    ({"age": "age_18_59", "sex": "female", "kinds": ("physical",)}, ["flag", "violence_woman"]),
    ({"age": "age_18_59", "sex": "male", "kinds": ("physical",)}, ["flag"]),
    ({"age": "age_60_plus", "kinds": ("neglect",)}, ["flag", "violence_older"]),
    ({"age": "age_18_59", "kinds": ("forced_removal",)}, ["flag", "state_violence"]),
    ({"age": "age_18_59", "sex": "female", "kinds": ("self_harm",)}, ["flag"]),
])  # fmt: skip
def test_what_a_flag_counts_as(facts, counted):
    assert rules.counted_as(Facts(**facts)) == counted


# -- told later -------------------------------------------------------------------------------------------------------


def test_a_complement_adds_and_takes_nothing_back():
    first = Facts(kinds=("neglect",), risk="soon", age="age_7_12", region_id="r", lon=1.0, lat=2.0, place_label="a")
    more = first.with_more({"kinds": ["physical", "neglect"], "risk": None, "age": "age_13", "choices": [], "with_disability": False})
    assert (more.kinds, more.risk, more.age, more.with_disability) == (("neglect", "physical"), "soon", "age_13", False)
    assert (more.lon, more.place_label) == (1.0, "a")


def test_a_new_place_takes_the_former_s_place_whole():
    first = Facts(region_id="r", cell="c", lon=1.0, lat=2.0, place_label="a", place={"source": "gps"})
    more = first.with_more({"place": {"source": "address"}, "place_label": "b", "region_id": None, "lon": None})
    assert (more.region_id, more.cell, more.lon, more.place_label) == (None, None, None, "b")


def test_the_last_choice_counts():
    first = Facts(choices=({"recipient": "creas", "answer": "declined"},))
    assert rules.choice_of(first.with_more({"choices": [{"recipient": "creas", "answer": "accepted"}]}), "creas") == "accepted"

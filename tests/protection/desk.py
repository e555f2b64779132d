"""Cases as the desk works on them, for tests: pages fetched and forms sent as a technician does."""

from html import unescape
from uuid import UUID

from app.access import problems as access
from app.core.ids import new_id
from app.core.problems import Problem
from app.protection import problems
from tests.make.city import City
from tests.make.flags import PLANTED, duties, raise_flag, words

WHY = "Colega em férias e a equipe está na rua."


def _problems():
    return [each for module in (problems, access) for each in vars(module).values() if isinstance(each, type) and issubclass(each, Problem) and hasattr(each, "code")]


class Desk:
    """A persona at her desk. `post` follows no redirect; `page` gives the text of a page that must open."""

    def __init__(self, city: City, persona: str = "creas"):
        self.client = city.client(persona)

    def get(self, path: str):
        return self.client.get(path)

    def page(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.get_data(as_text=True)[:400])
        return answer.get_data(as_text=True)

    def post(self, path: str, **form):
        return self.client.post(path, data=form)

    def done(self, path: str, **form) -> str:
        """A form that must be taken: where it leads."""
        answer = self.post(path, **form)
        assert answer.status_code == 303, (path, answer.status_code, answer.get_data(as_text=True)[-900:])
        return answer.headers["Location"]

    def refused(self, path: str, **form) -> str:
        """The code of the problem by which a form is refused."""
        answer = self.client.post(path, data=form)
        text = unescape(answer.get_data(as_text=True))
        found = {each.code for each in _problems() if str(each.sentence) in text and each.status == answer.status_code}
        assert len(found) == 1, (path, answer.status_code, found, text[-1500:])
        return found.pop()


def told(city: City, flag_id: str, persona: str, kind: str) -> int:
    """How many notices of a kind somebody had of a flag."""
    [row] = city.rows(
        "SELECT count(*) AS n FROM notices WHERE municipality_id = :m AND subject_id = :f AND worker_id = :w AND kind = :k",
        f=UUID(flag_id), w=city.ids[persona], k=kind,
    )  # fmt: skip
    return row["n"]


def case(city: City, **facts) -> str:
    """A child who sells at the lights, with words; raised from the street."""
    phone = city.phone()
    flag_id = facts.pop("flag_id", None) or str(new_id())
    said = words(phone, flag_id, called="Menino de boné azul", seen=PLANTED, said="Tenho que levar dinheiro pra casa.")
    return raise_flag(phone, flag_id=flag_id, words=said, **facts)


def woman(city: City, **facts) -> str:
    """A grown woman who is threatened."""
    return case(city, **({"age": "age_18_59", "sex": "female", "kinds": ["physical"], "forms": [], "company": None} | facts))


def mandatory(city: City, flag_id: str) -> list:
    return [duty["id"] for duty in duties(city, flag_id).values() if duty["obligation"] == "mandatory" and duty["done_at"] is None]

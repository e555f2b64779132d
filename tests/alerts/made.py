"""A night of planned teams, as rows: who was planned where, who opened a shift, who met whom; hours since it began."""

from datetime import datetime, timedelta
from uuid import UUID

from app.alerts.service import watch_city
from app.core import clock
from app.core.ids import new_id
from app.core.models import Municipality
from app.shifts.models import Shift, ShiftEvent
from app.shifts.roster.models import PlannedShift, PlannedShiftRegion
from app.territory.models import Region
from tests.coverage.made import met


class Night:
    """Eight hours that ended ten minutes ago, so that phones may still tell of them."""

    def __init__(self, city):
        self.city = city
        self.begins = clock.now() - timedelta(hours=8, minutes=10)
        # The same patience at all hours: at which one the test runs must not matter.
        self.sets(**{f"alert_missing_{period}": 60 for period in ("dawn", "morning", "afternoon", "night")})

    def sets(self, **said: int) -> None:
        with self.city.transaction() as session:
            city = session.get_one(Municipality, self.city.ibge)
            city.settings = city.settings | said

    def at(self, hours: float) -> datetime:
        return self.begins + timedelta(hours=hours)

    def region(self, name: str) -> UUID:
        self.city.ids[name] = new_id()
        self._add(Region(id=self.city.ids[name], name=name.title()))
        return self.city.ids[name]

    def plans(self, team="team", region="north", starts=0.0, ends=8.0) -> UUID:
        id_, worker = new_id(), self.city.ids["coordenacao"]
        self._add(
            PlannedShift(
                id=id_, team_id=self.city.ids[team], on_date=self.at(starts).date(), starts_at=self.at(starts), ends_at=self.at(ends),
                status="published", published_at=self.at(-1), note="", made_by=worker, made_at=self.at(-1),
            )
        )  # fmt: skip
        self._add(PlannedShiftRegion(id=new_id(), planned_shift_id=id_, region_id=self.city.ids[region]))
        return id_

    def works(self, team="team", region="north", starts=0.0, ends=None, worker="rua") -> UUID:
        """A shift that was opened in a region."""
        id_ = new_id()
        self._add(
            Shift(
                id=id_, team_id=self.city.ids[team], worker_id=self.city.ids[worker], started_at=self.at(starts),
                ended_at=None if ends is None else self.at(ends), end_kind=None if ends is None else "worker", received_at=self.at(starts),
            )
        )  # fmt: skip
        self.goes(id_, region, starts, worker)
        return id_

    def goes(self, shift_id: UUID, region: str, hours: float, worker="rua") -> None:
        self._add(
            ShiftEvent(
                id=new_id(), shift_id=shift_id, kind="entered", at=self.at(hours), region_id=self.city.ids[region],
                worker_id=self.city.ids[worker], received_at=self.at(hours),
            )
        )  # fmt: skip

    def says(self, shift_id: UUID, kind: str, hours: float, worker="rua") -> None:
        self._add(
            ShiftEvent(id=new_id(), shift_id=shift_id, kind=kind, at=self.at(hours), worker_id=self.city.ids[worker], received_at=self.at(hours))
        )

    def meets(self, hours: float, team="team", region="north") -> None:
        met(self.city, self.at(hours), region=region, team=team)

    def watch(self, hours: float) -> dict[str, int]:
        with self.city.transaction() as session:
            return watch_city(session, self.city.ibge, self.at(hours))

    def passes(self, until: float = 8.2, every: float = 1 / 2) -> None:
        """The watch, turn by turn."""
        for turn in range(int(until / every) + 1):
            self.watch(turn * every)

    def alerts(self):
        return self.city.rows("SELECT * FROM alerts WHERE municipality_id = :m ORDER BY opened_at, id")

    def notices(self):
        return self.city.rows(
            "SELECT * FROM notices WHERE municipality_id = :m AND kind LIKE 'alert%' ORDER BY made_at, id"
        )

    def _add(self, row) -> None:
        with self.city.transaction() as session:
            row.municipality_id = self.city.ibge
            session.add(row)

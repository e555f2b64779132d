"""The city's map follows its layers: baked after each import, and whenever a look finds it behind them."""

from sqlalchemy.orm import Session

from app.core import clock, jobs
from app.territory import problems
from app.territory.basemap import queries, service

BAKE = "territory.bake_basemap"


@jobs.task(BAKE)
def bake_basemap(session, municipality_id: int) -> None:
    try:
        service.bake(session, municipality_id, clock.now())
    except problems.NoLayers:
        return  # taken away again since


@jobs.task("territory.keep_basemap", every="7-57/10 * * * *")
def keep_basemap(_timestamp: int) -> None:
    jobs.in_each_city(_keep)


def _keep(session: Session, municipality_id: int) -> None:
    # Layers that came another way than by an import, or a copy that was restored.
    if queries.is_stale(session, municipality_id):
        jobs.defer(session, BAKE, municipality_id)

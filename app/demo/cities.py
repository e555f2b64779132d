"""What the two invented cities consist of. Real names of regions; everything else is made up, telephones too."""

from dataclasses import dataclass

from app.demo.geography import Spot

ADULTS = ("men", "women", "couples", "lgbt", "elderly")


@dataclass(frozen=True)
class UnitPlan:
    """places: how many free places its desk usually types (0 = doesn't type any); typed_min: age of the last figure."""

    key: str
    name: str
    kind: str
    region: str
    lon: float
    lat: float
    hours: str
    receives: tuple[str, ...] = ()
    takes_referrals: bool = False
    places: int = 0
    typed_min: int = 0
    services: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    entry: tuple[int, int] | None = None  # hours of admission, where they aren't those of opening
    has_desk: bool = True
    is_outside: bool = False
    organization: str = ""
    beds: int = 0  # a plain number of places; with rooms, beds of each
    rooms: int = 0
    night_ends: int | None = None


@dataclass(frozen=True)
class TeamPlan:
    """starts, ends: hours of the local day (over 24: of the next); share of the city's encounters."""

    key: str
    name: str
    kind: str
    unit: str
    regions: tuple[str, ...]
    members: int
    starts: int = 8
    ends: int = 17
    share: float = 0
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)


@dataclass(frozen=True)
class PersonaPlan:
    login: str
    name: str
    role: str
    scope_kind: str = "municipality"
    scope: str = ""  # key of a unit or a team


@dataclass(frozen=True)
class CityPlan:
    id: int
    name: str
    uf: str
    timezone: str
    outlines: str
    neighbourhoods: dict[str, list[str]]  # by region
    streets: tuple[tuple[str, tuple[tuple[float, float], ...]], ...]
    spots: tuple[Spot, ...]
    units: tuple[UnitPlan, ...]
    teams: tuple[TeamPlan, ...]
    personas: tuple[PersonaPlan, ...]
    people: int
    encounters_90_days: int
    households: int
    desk_workers: int


_WEEK = "Segunda a sexta, 8h às 17h"
_ALWAYS = "Todos os dias, 24 horas"
_NIGHT = "Todos os dias, 18h às 6h"
# Weekdays and hours of the words above; 24 and past it: the next day.
HOURS = {
    _WEEK: (range(5), ((8, 17),)),
    _ALWAYS: (range(7), ((0, 24),)),
    _NIGHT: (range(7), ((18, 30),)),
    "Todos os dias, 7h às 18h": (range(7), ((7, 18),)),
    "Segunda a sábado, 8h às 20h": (range(6), ((8, 20),)),
    "Todos os dias, 11h às 14h e 18h às 20h": (range(7), ((11, 14), (18, 20))),
}

NATAL = CityPlan(
    id=2408102,
    name="Natal (demonstração)",
    uf="RN",
    timezone="America/Fortaleza",
    outlines="natal-regions.geojson",
    neighbourhoods={
        "Leste": "Ponta do Farol|Cais Velho|Outeiro|Alto do Mercado|Vila das Jangadas|Quadra da Feira|Mirante|Barro da Feira".split("|"),
        "Norte": "Lagoa do Umbu|Parque dos Cajueiros|Passo da Barra|Ponte Nova|Vila Salina|Porto das Redes|Várzea Grande|"
                 "Sítio do Juá".split("|"),
        "Oeste": "Vila do Trem|Mangueiras|Morro Branco de Cima|Bom Repouso|Cajazeira|Alto da Linha".split("|"),
        "Sul": "Jardim das Dunas|Campo das Flores|Vila Nova do Sul|Coqueiral|Lagoa Seca de Cima|Ponta das Pedras".split("|"),
    },
    streets=(
        ("Avenida do Cais", ((-35.2080, -5.7720), (-35.2065, -5.7800), (-35.2078, -5.7880), (-35.2100, -5.7960))),
        ("Rua da Feira", ((-35.2235, -5.7960), (-35.2180, -5.7975), (-35.2120, -5.7990))),
        ("Rua do Mercado", ((-35.2200, -5.7920), (-35.2195, -5.7990), (-35.2185, -5.8050))),
        ("Avenida Beira-Mar", ((-35.1945, -5.7650), (-35.1938, -5.7760), (-35.1895, -5.7850), (-35.1850, -5.7945))),
        ("Avenida da Ponte", ((-35.2450, -5.7880), (-35.2520, -5.7780), (-35.2570, -5.7660), (-35.2580, -5.7500))),
        ("Rua dos Cajueiros", ((-35.2700, -5.7520), (-35.2580, -5.7500), (-35.2430, -5.7480))),
        ("Avenida do Trem", ((-35.2330, -5.8060), (-35.2400, -5.8150), (-35.2480, -5.8260), (-35.2520, -5.8400))),
        ("Rua das Mangueiras", ((-35.2560, -5.8180), (-35.2470, -5.8250), (-35.2380, -5.8280))),
        ("Avenida das Dunas", ((-35.2150, -5.8150), (-35.2120, -5.8300), (-35.2080, -5.8480), (-35.1980, -5.8650))),
        ("Rua do Coqueiral", ((-35.1900, -5.8780), (-35.1820, -5.8800), (-35.1760, -5.8780))),
    ),
    spots=(
        Spot("Praça do Cais Velho", "square", "Leste", -35.2072, -5.7790, 15, 180),
        Spot("Feira do Mercado", "market", "Leste", -35.2190, -5.7970, 14, 260),
        Spot("Viaduto da Feira", "viaduct", "Leste", -35.2165, -5.8035, 9, 120),
        Spot("Orla da Avenida Beira-Mar", "beach", "Leste", -35.1942, -5.7735, 8, 260),
        Spot("Terminal do Cais", "terminal", "Leste", -35.2098, -5.7880, 8, 150),
        Spot("Entorno do Centro POP", "street", "Leste", -35.2128, -5.7925, 6, 160, False),
        Spot("Rodoviária", "terminal", "Oeste", -35.2420, -5.8230, 9, 200),
        Spot("Galpão da reciclagem", "recycling", "Oeste", -35.2520, -5.8350, 4, 300),
        Spot("Cruzamento do Trem", "crossing", "Oeste", -35.2345, -5.8085, 4, 220),
        Spot("Entrada do viaduto da Ponte", "viaduct", "Norte", -35.2475, -5.7860, 6, 180),
        Spot("Praça dos Cajueiros", "square", "Norte", -35.2575, -5.7510, 5, 320),
        Spot("Feira da Zona Norte", "market", "Norte", -35.2440, -5.7360, 3, 400, False),
        Spot("Semáforo da Avenida das Dunas", "crossing", "Sul", -35.2115, -5.8330, 5, 300),
        Spot("Orla do Coqueiral", "beach", "Sul", -35.1775, -5.8785, 4, 250),
        Spot("Comércio das Dunas", "street", "Sul", -35.2010, -5.8600, 3, 350, False),
        Spot("Posto da BR", "street", "Sul", -35.2270, -5.8710, 2, 500, False),
    ),
    units=(
        UnitPlan("centropop", "Centro POP Leste", "centro_pop", "Leste", -35.2128, -5.7922, "Todos os dias, 7h às 18h",
                 (*ADULTS, "animals", "wheelchair"), True, 25, 55,
                 ("meals", "bath", "laundry", "lockers", "address", "cadunico", "documents")),
        UnitPlan("centropop_norte", "Centro POP Norte", "centro_pop", "Norte", -35.2510, -5.7700, _WEEK,
                 (*ADULTS, "animals", "carts"), True, 15, 200),
        UnitPlan("albergue", "Albergue Noturno do Cais", "night_shelter", "Leste", -35.2090, -5.7850, _NIGHT,
                 ("men", "women", "lgbt", "elderly", "animals"), True, 9, 25, ("shelter_night", "bath", "meals", "kennel"),
                 ("not_under_effect", "suspends"), (18, 22), beds=30, night_ends=6),
        UnitPlan("albergue_norte", "Albergue Noturno da Ponte", "night_shelter", "Norte", -35.2490, -5.7750, _NIGHT,
                 ("men", "elderly", "carts", "animals"), True, 6, 190),
        UnitPlan("abrigo_familias", "Casa das Famílias", "shelter", "Oeste", -35.2390, -5.8250, _ALWAYS,
                 ("families", "children", "couples", "women", "wheelchair"), True, 4, 80, ("shelter", "meals"), beds=4, rooms=5),
        UnitPlan("abrigo_adultos", "Abrigo Institucional Jangada", "shelter", "Sul", -35.2140, -5.8400, _ALWAYS,
                 (*ADULTS, "wheelchair"), True, 3, 1560),
        UnitPlan("passagem", "Casa de Passagem Farol", "transit_house", "Leste", -35.2010, -5.7990, _ALWAYS,
                 ("men", "women", "couples", "families", "children", "animals", "lgbt"), True, 5, 12),
        UnitPlan("passagem_oeste", "Casa de Passagem do Trem", "transit_house", "Oeste", -35.2440, -5.8190, _ALWAYS,
                 ("men", "elderly", "carts"), True, 2, 7300),
        UnitPlan("republica", "República Caminhos", "supported_housing", "Sul", -35.2060, -5.8500, _ALWAYS, ("men", "lgbt")),
        UnitPlan("creas", "CREAS Leste", "creas", "Leste", -35.2050, -5.7945, _WEEK, (*ADULTS, "families", "children"), True),
        UnitPlan("creas_norte", "CREAS Norte", "creas", "Norte", -35.2600, -5.7470, _WEEK, (*ADULTS, "families", "children"), True),
        UnitPlan("creas_oeste", "CREAS Oeste", "creas", "Oeste", -35.2460, -5.8300, _WEEK, (*ADULTS, "families", "children"), True),
        UnitPlan("creas_sul", "CREAS Sul", "creas", "Sul", -35.2090, -5.8450, _WEEK, (*ADULTS, "families", "children"), True),
        UnitPlan("cras_norte", "CRAS Cajueiros", "cras", "Norte", -35.2640, -5.7530, _WEEK, ("families", "children"), True),
        UnitPlan("cras_oeste", "CRAS Mangueiras", "cras", "Oeste", -35.2530, -5.8260, _WEEK, ("families", "children"), True),
        UnitPlan("cras_leste", "CRAS Farol", "cras", "Leste", -35.1905, -5.7930, _WEEK, ("families", "children"), True),
        UnitPlan("cras_sul", "CRAS Coqueiral", "cras", "Sul", -35.1830, -5.8760, _WEEK, ("families", "children"), True),
        UnitPlan("caps", "CAPS AD Leste", "caps", "Leste", -35.2150, -5.7890, _ALWAYS, ADULTS, True),
        UnitPlan("consultorio", "Consultório na Rua", "health_unit", "Leste", -35.2110, -5.7955, "Segunda a sábado, 8h às 20h",
                 ADULTS, True),
        UnitPlan("cozinha", "Cozinha Comunitária da Feira", "community_kitchen", "Leste", -35.2215, -5.7950,
                 "Todos os dias, 11h às 14h e 18h às 20h", (*ADULTS, "families", "children")),
        UnitPlan("hospital", "Hospital Regional da Ponte (demonstração)", "health_unit", "Norte", -35.2560, -5.7690, _ALWAYS, ADULTS, True,
                 services=("health",), has_desk=False),
        UnitPlan("osc", "Casa Mãos Dadas", "other", "Sul", -35.2050, -5.8560, _WEEK, (*ADULTS, "families", "children"), True,
                 services=("meals", "work"), has_desk=False, organization="Associação Mãos Dadas"),
        UnitPlan("vizinha", "Casa de Passagem da cidade vizinha", "transit_house", "Sul", -35.2560, -5.9220, _ALWAYS,
                 (*ADULTS, "families", "children"), True, services=("shelter",), has_desk=False, is_outside=True),
        UnitPlan("conselho", "Conselho Tutelar Leste (plantão)", "guardianship_council", "Leste", -35.2030, -5.7900,
                 "Plantão por telefone, 24 horas"),
    ),
    teams=(
        TeamPlan("noite", "Abordagem Centro Noite", "street", "centropop", ("Leste", "Oeste"), 6, 17, 26, 0.40),
        TeamPlan("dia", "Abordagem Centro Dia", "street", "centropop", ("Leste",), 5, 7, 15, 0.27, (0, 1, 2, 3, 4, 5)),
        TeamPlan("norte", "Abordagem Norte", "street", "creas_norte", ("Norte",), 4, 13, 21, 0.16),
        TeamPlan("sul", "Abordagem Sul e Oeste", "street", "creas_sul", ("Sul", "Oeste"), 4, 14, 22, 0.17,
                 (0, 1, 2, 3, 4, 5)),
        TeamPlan("pim_norte", "PIM Norte", "pim", "cras_norte", ("Norte",), 4),
        TeamPlan("pim_oeste", "PIM Oeste", "pim", "cras_oeste", ("Oeste",), 3),
    ),
    personas=(
        PersonaPlan("rua", "Ana Beatriz Tavares", "outreach_worker", "team", "noite"),
        PersonaPlan("pim", "Luzia Sampaio", "home_visitor", "team", "pim_norte"),
        PersonaPlan("abrigo", "Roberto Galvão", "unit_desk", "unit", "albergue"),
        PersonaPlan("creas", "Helena Nóbrega", "technician", "unit", "creas"),
        PersonaPlan("centropop", "Mauro Cordeiro", "unit_desk", "unit", "centropop"),
        PersonaPlan("coordenacao", "Sônia Lacerda", "coordinator", "unit", "centropop"),
        PersonaPlan("supervisao", "Dalva Queiroz", "supervisor"),
        PersonaPlan("admin", "Otávio Leal", "administrator"),
    ),
    people=1500,
    encounters_90_days=12000,
    households=60,
    desk_workers=8,
)  # fmt: skip

NEIGHBOUR = CityPlan(
    id=2403251,
    name="Cidade Vizinha (demonstração)",
    uf="RN",
    timezone="America/Fortaleza",
    outlines="vizinha-regions.geojson",
    neighbourhoods={"Centro": ["Vila do Rio", "Matriz"], "Litoral": ["Santa Fé de Baixo", "Barra Nova"]},
    streets=(("Rua do Rio", ((-35.2700, -5.9150), (-35.2550, -5.9180), (-35.2450, -5.9200))),),
    spots=(
        Spot("Praça da Matriz", "square", "Centro", -35.2600, -5.9190, 6, 250),
        Spot("Trevo da estrada", "crossing", "Centro", -35.2510, -5.9300, 3, 300),
        Spot("Orla da Barra", "beach", "Litoral", -35.1830, -5.9300, 3, 350),
    ),
    units=(
        UnitPlan("creas", "CREAS da Vizinha", "creas", "Centro", -35.2580, -5.9170, _WEEK, (*ADULTS, "families", "children"), True),
        UnitPlan("passagem", "Casa de Passagem da Vizinha", "transit_house", "Centro", -35.2560, -5.9220, _ALWAYS,
                 (*ADULTS, "families", "children"), True, 4, 95),
        UnitPlan("cras", "CRAS da Vizinha", "cras", "Litoral", -35.2000, -5.9200, _WEEK, ("families", "children"), True),
    ),
    teams=(
        TeamPlan("rua", "Abordagem da Vizinha", "street", "creas", ("Centro", "Litoral"), 3, 15, 23, 1.0),
        TeamPlan("pim", "PIM da Vizinha", "pim", "cras", ("Litoral",), 2),
    ),
    personas=(PersonaPlan("outra", "Vera Peixoto", "supervisor"),),
    people=60,
    encounters_90_days=480,
    households=8,
    desk_workers=2,
)  # fmt: skip

CITIES = (NATAL, NEIGHBOUR)

"""Closed lists of what is told of a person. Identifiers are stable; words are for people."""

from flask_babel import lazy_gettext as _

# The ladder, in the order in which somebody is called: the highest step that stands.
CALLED_KINDS = {
    "social": _("Nome social"),
    "nickname": _("Apelido"),
    "civil": _("Nome civil"),
    "alias": _("Descrição"),
}
SOURCES = {
    "told": _("A pessoa disse"),
    "observed": _("Observado"),
    "third_party": _("Outra pessoa disse"),
    "document": _("Visto em documento"),
    "imported": _("Veio de planilha"),
}
MEMBER_KINDS = {"child": _("Criança"), "pregnant": _("Gestante"), "adult": _("Adulto")}
HOUSEHOLD_CHANGES = {
    "corrected": _("Dados corrigidos"),
    "moved": _("Mudou de endereço"),
    "member_came": _("Chegou alguém"),
    "member_changed": _("Dados de alguém mudaram"),
    "member_left": _("Saiu alguém"),
    "divided": _("A família se dividiu"),
    "joined": _("Outra família veio morar junto"),
    "closed": _("Acompanhamento encerrado"),
}
HOUSEHOLD_EVENTS = HOUSEHOLD_CHANGES | {
    "opened": _("Família registrada"),
    "joined_to": _("Foi morar com outra família"),
    "went_along": _("Foi junto"),
}
LARGEST_FAMILY = 40
CERTAINTIES = {"sure": _("com certeza"), "unsure": _("sem certeza")}
TAKE_BACK_REASONS = {
    "wrong_person": _("É de outra pessoa"),
    "by_mistake": _("Escrito por engano"),
    "person_asked": _("A pessoa pediu"),
    "other": _("Outro motivo"),
}
# Called so when every name was taken back: an empty line would be touched by nobody.
NAMELESS = "Sem nome"

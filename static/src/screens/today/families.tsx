import { households } from '../../store/state'
import { Button, Icon, dateOnly, t, tn } from '../../ui'

const FIRST = 5

export function Families() {
  // Without a date of the next visit a family comes last, not first.
  const due = [...households.value].sort((a, b) => (a.next_visit_on ?? '9').localeCompare(b.next_visit_on ?? '9'))
  return (
    <section>
      <h2 class="section">{t('Minhas famílias')}{due.length > 0 && <small>{due.length}</small>}</h2>
      {!due.length && <p class="empty">{t('Nenhuma família na sua lista. Em “Nova visita” você pode dar um nome à família.')}</p>}
      {due.length > 0 && (
        <ul class="list">
          {due.slice(0, FIRST).map((family) => (
            <li key={family.id}>
              <a class="row" href={`#/visita/${family.id}`} data-name="family" data-id={family.id}>
                <Icon name="home" />
                <span class="row-main">
                  <span class="row-title">{family.called}</span>
                  <span class="row-sub">
                    {family.next_visit_on
                      ? t('Próxima visita: {day}', { day: dateOnly(family.next_visit_on) })
                      : family.last_visit_on ? t('Última visita: {day}', { day: dateOnly(family.last_visit_on) }) : t('Ainda sem visita')}
                  </span>
                </span>
                <Icon name="next" />
              </a>
            </li>
          ))}
        </ul>
      )}
      {due.length > FIRST && <Button kind="quiet" href="#/visita">{tn('Ver mais {n}', 'Ver mais {n}', due.length - FIRST)}</Button>}
    </section>
  )
}

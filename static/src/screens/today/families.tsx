import { households } from '../../store/state'
import type { Household } from '../../contract/pull'
import { Button, Icon, dateOnly, now, t, tn } from '../../ui'
import { isHomeVisitor } from '../frame/who'

const FIRST = 5

// Late without blame: the date that was agreed, said as it was.
function visitWords({ next_visit_on: next, last_visit_on: last }: Household): string {
  if (next) {
    const at = new Date(now.value)
    const today = `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}-${String(at.getDate()).padStart(2, '0')}`
    if (next === today) return t('Visita combinada para hoje')
    return next < today ? t('A visita era em {day}', { day: dateOnly(next) }) : t('Próxima visita: {day}', { day: dateOnly(next) })
  }
  return last ? t('Última visita: {day}', { day: dateOnly(last) }) : t('Ainda sem visita')
}

export function Families() {
  // Without a date of the next visit a family comes last, not first.
  const due = [...households.value].sort((a, b) => (a.next_visit_on ?? '9').localeCompare(b.next_visit_on ?? '9'))
  return (
    <section>
      <h2 class="section">{isHomeVisitor() ? t('Minhas famílias') : t('Famílias')}{due.length > 0 && <small>{due.length}</small>}</h2>
      {!due.length && <p class="empty">{t('Nenhuma família na sua lista. Em “Nova visita” você pode dar um nome à família.')}</p>}
      {due.length > 0 && (
        <ul class="list">
          {due.slice(0, FIRST).map((family) => (
            <li key={family.id}>
              <a class="row" href={`#/${isHomeVisitor() ? 'visita' : 'familia'}/${family.id}`} data-name="family" data-id={family.id}>
                <Icon name="home" />
                <span class="row-main">
                  <span class="row-title">{family.called}</span>
                  <span class="row-sub">
                    {visitWords(family)}
                  </span>
                </span>
                <Icon name="next" />
              </a>
            </li>
          ))}
        </ul>
      )}
      {due.length > FIRST && isHomeVisitor() && <Button kind="quiet" href="#/visita">{tn('Ver mais {n}', 'Ver mais {n}', due.length - FIRST)}</Button>}
      <Button kind="quiet" href="#/familias" name="all-families">{t('Ver e mudar as famílias')}</Button>
    </section>
  )
}

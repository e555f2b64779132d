// What a flag asks. The first questions are what was seen and how old the person looks; with them it can be saved. The rest
// is there for who has the time. A child is asked nothing; an adult decides who is told.
import { useState } from 'preact/hooks'
import {
  ACTIONS, BODIES, CHOICES, COMPANY, FLAG_AGES, LABOUR_FORMS, RISKS, VIOLATIONS, type Choice, type FlagAction, type FlagAge, type FlagRule, type LabourForm, type PublicBody,
  type Recipient, type Risk, type ViolationKind,
} from '../../contract/protection'
import { byAgents, isAdult, isMinor, kindsFor, nameOf, offersOf, settled, toldOf, type FlagFacts, type Told } from '../../rules/flag'
import { Button, CheckTiles, Icon, Notice, Select, Stepper, Switch, Tiles, t } from '../../ui'
import { problemOf, type Problems } from '../form/problems'
import { FORM_PICTURES, KIND_PICTURES, PictureTiles } from './pictures'

// Most met in the street; the others are one tap further.
const FIRST: readonly ViolationKind[] = [
  'child_labour', 'alone_in_street', 'physical', 'psychological', 'sexual_abuse', 'sexual_exploitation', 'neglect', 'missing', 'forced_removal', 'belongings_taken',
]

type Put = (changed: Partial<FlagFacts>) => void
export interface Table { rules: readonly FlagRule[]; recipients: readonly Recipient[] }

export const withFacts = (facts: FlagFacts, changed: Partial<FlagFacts>): FlagFacts => settled({ ...facts, ...changed })

export function DangerSwitch({ facts, onPut }: { facts: FlagFacts; onPut: Put }) {
  return (
    <div class="danger-now">
      <Switch label={t('Perigo agora')} hint={t('Abre os telefones de emergência')} icon="urgent" name="danger-now" value={facts.risk === 'danger_now'}
        onChange={(on) => onPut({ risk: on ? 'danger_now' : null })} />
    </div>
  )
}

/** brief: of a complement, which tells nothing of whose agents it was. */
export function FirstQuestions({ facts, onPut, problems, legend, brief }: { facts: FlagFacts; onPut: Put; problems: Problems; legend: string; brief?: boolean }) {
  const [all, setAll] = useState(() => facts.kinds.some((kind) => !FIRST.includes(kind)))
  const fit = kindsFor(facts)
  const shown = [...FIRST.filter((kind) => fit.includes(kind)), ...(all ? fit.filter((kind) => !FIRST.includes(kind)) : [])]
  const error = problemOf(problems, 'kinds')
  return (
    <>
      <div>
        <PictureTiles legend={legend} hint={t('Suspeita basta. Pode marcar mais de um.')} name="flag-kinds" values={facts.kinds} onChange={(kinds) => onPut({ kinds })}
          options={shown.map((value) => ({ value, label: t(VIOLATIONS[value]), picture: KIND_PICTURES[value] }))} />
        {error && <p class="error"><Icon name="needs" small /> {error}</p>}
        {!all && <div class="under"><Button icon="plus" name="more-kinds" onPress={() => setAll(true)}>{t('Outros motivos')}</Button></div>}
      </div>
      <Tiles legend={t('Que idade parece ter?')} name="flag-age" columns={2} clearable value={facts.age} onChange={(age) => onPut({ age, ...(age ? { minor_seen: false } : {}) })}
        options={(Object.keys(FLAG_AGES) as FlagAge[]).map((value) => ({ value, label: t(FLAG_AGES[value]) }))} />
      {isAdult(facts) && <Body facts={facts} onPut={onPut} />}
      {byAgents(facts) && !brief && (
        <Select label={t('De que órgão eram os agentes?')} hint={t('Quem é do mesmo órgão não vê este alerta.')} name="flag-body" empty={t('Não sei')} value={facts.agent_body}
          onChange={(agent_body) => onPut({ agent_body })} options={(Object.keys(BODIES) as PublicBody[]).map((value) => ({ value, label: t(BODIES[value]) }))} />
      )}
      {facts.kinds.includes('child_labour') && <LabourForms facts={facts} onPut={onPut} />}
    </>
  )
}

/** Said before anything is written, and all the time. */
export function ChildRule({ facts, toldBefore, onPut }: { facts: FlagFacts; toldBefore: boolean; onPut: Put }) {
  if (isAdult(facts)) return null
  return (
    <>
      <Notice tone="warn" icon="noTalk" name="child-rule" title={t('Não pergunte. Ouça. Anote só o que foi dito.')}>
        {isMinor(facts) ? t('Diga que vai chamar quem pode ajudar, e o que acontece depois.') : null}
      </Notice>
      {toldBefore || facts.already_told
        ? <Notice icon="info" name="already-told" title={t('Já relatou; não repetir')}>{t('A criança ou adolescente já contou. Ninguém pede que conte de novo.')}</Notice>
        : null}
      {!toldBefore && <Switch label={t('Já contou a alguém da rede')} icon="talk" name="flag-already-told" value={facts.already_told} onChange={(already_told) => onPut({ already_told })} />}
    </>
  )
}

const yesNo = (value: boolean | null): 'yes' | 'no' | null => (value === null ? null : value ? 'yes' : 'no')
function YesNo({ legend, name, value, onChange }: { legend: string; name: string; value: boolean | null; onChange: (value: boolean | null) => void }) {
  return (
    <Tiles legend={legend} name={name} columns={2} clearable value={yesNo(value)} onChange={(next) => onChange(next === null ? null : next === 'yes')}
      options={[{ value: 'yes', label: t('Sim') }, { value: 'no', label: t('Não') }]} />
  )
}

// Of somebody grown up they decide who is offered and who must be told; of a child they are told besides.
function Body({ facts, onPut }: { facts: FlagFacts; onPut: Put }) {
  return (
    <>
      <Tiles legend={t('Sexo que parece ter')} name="flag-sex" columns={2} clearable value={facts.sex} onChange={(sex) => onPut({ sex })}
        options={[{ value: 'female', label: t('Feminino') }, { value: 'male', label: t('Masculino') }]} />
      <YesNo legend={t('Tem deficiência?')} name="flag-disability" value={facts.with_disability} onChange={(with_disability) => onPut({ with_disability })} />
    </>
  )
}

const USUAL: readonly LabourForm[] = ['street_sale', 'asking', 'car_minding', 'performance', 'recycling', 'market_porter', 'domestic', 'delivery']

function LabourForms({ facts, onPut }: { facts: FlagFacts; onPut: Put }) {
  const [all, setAll] = useState(() => facts.forms.some((form) => !USUAL.includes(form)))
  const shown = all ? [...USUAL, ...(Object.keys(LABOUR_FORMS) as LabourForm[]).filter((form) => !USUAL.includes(form))] : USUAL
  return (
    <div>
      <PictureTiles legend={t('Que trabalho era?')} name="flag-forms" values={facts.forms} onChange={(forms) => onPut({ forms })}
        options={shown.map((value) => ({ value, label: t(LABOUR_FORMS[value]), picture: FORM_PICTURES[value] }))} />
      {!all && <div class="under"><Button icon="plus" name="more-forms" onPress={() => setAll(true)}>{t('Outros trabalhos')}</Button></div>}
    </div>
  )
}

/** What was observed, never asked. */
export function Observed({ facts, onPut, brief }: { facts: FlagFacts; onPut: Put; brief?: boolean }) {
  const labour = facts.kinds.includes('child_labour')
  const risks = (Object.keys(RISKS) as Risk[]).filter((risk) => risk !== 'danger_now')
  return (
    <>
      {facts.risk !== 'danger_now' && (
        <Tiles legend={t('Há sinal de perigo?')} name="flag-risk" columns={2} clearable value={facts.risk} onChange={(risk) => onPut({ risk })}
          options={risks.map((value) => ({ value, label: t(RISKS[value]) }))} />
      )}
      {!isAdult(facts) && !brief && (
        <Tiles legend={t('Com quem estava?')} name="flag-company" columns={2} clearable value={facts.company} onChange={(company) => onPut({ company })}
          options={(Object.keys(COMPANY) as (keyof typeof COMPANY)[]).map((value) => ({ value, label: t(COMPANY[value]) }))} />
      )}
      {labour && !brief && <YesNo legend={t('Um adulto por perto tirava proveito?')} name="flag-benefits" value={facts.adult_benefits} onChange={(adult_benefits) => onPut({ adult_benefits })} />}
      {!isAdult(facts) && <Body facts={facts} onPut={onPut} />}
      {!brief && <YesNo legend={t('A equipe já conhecia?')} name="flag-team-knows" value={facts.team_knows} onChange={(team_knows) => onPut({ team_knows })} />}
      {!brief && <Stepper label={t('Quantas pessoas nesta situação')} compact min={1} max={300} name="flag-count" value={facts.people_count} onChange={(people_count) => onPut({ people_count })} />}
      <CheckTiles legend={t('O que a equipe fez')} name="flag-actions" values={facts.actions} onChange={(actions) => onPut({ actions })}
        options={(Object.keys(ACTIONS) as FlagAction[]).map((value) => ({ value, label: t(ACTIONS[value]) }))} />
    </>
  )
}

function byWhen({ minutes }: Told): string | null {
  if (minutes === null) return null
  if (minutes === 0) return t('na hora')
  return minutes < 60 ? t('em {n} min', { n: minutes }) : t('em {n} h', { n: Math.round(minutes / 60) })
}

/** Who must be told whatever anybody decides, and what somebody grown up is asked. */
export function WhoIsTold({ facts, table, onPut }: { facts: FlagFacts; table: Table; onPut: Put }) {
  if (!facts.kinds.length) return null
  const told = toldOf(table.rules, facts, table.recipients)
  const must = told.filter((one) => one.obligation === 'mandatory')
  const offers = offersOf(told, facts)
  return (
    <>
      {must.length > 0 && (
        <section data-name="must-be-told">
          <h2 class="section">{t('A central avisa')}<small>{t('É obrigatório')}</small></h2>
          <ul class="list">
            {must.map((one) => (
              <li class="row" key={one.recipient}><Icon name="send" /><span class="row-main"><span class="row-title">{nameOf(one.recipient, table.recipients)}</span>{byWhen(one) && <span class="row-sub">{byWhen(one)}</span>}</span></li>
            ))}
          </ul>
        </section>
      )}
      {offers.length > 0 && (
        <section class="stack" data-name="choices">
          <h2 class="section">{t('A pessoa decide')}</h2>
          <p>{t('Explique cada um e pergunte se quer. Nada é enviado sem o sim dela.')}</p>
          {offers.map((one) => (
            <Tiles key={one.recipient} legend={nameOf(one.recipient, table.recipients)} name={`choice-${one.recipient}`} columns={2} clearable
              value={facts.choices[one.recipient] ?? null} onChange={(answer) => onPut({ choices: withChoice(facts.choices, one.recipient, answer) })}
              options={(Object.keys(CHOICES) as Choice[]).map((value) => ({ value, label: t(CHOICES[value]) }))} />
          ))}
        </section>
      )}
      {facts.age === null && !isMinor(facts) && <p class="hint" data-name="no-age">{t('Marque a idade que parece ter: dela depende quem é avisado.')}</p>}
      {!table.rules.length && <p class="hint" data-name="no-table">{t('A tabela da cidade ainda não chegou a este celular. A central decide quem avisar assim que o alerta chegar.')}</p>}
    </>
  )
}

function withChoice(choices: FlagFacts['choices'], recipient: string, answer: Choice | null): FlagFacts['choices'] {
  const { [recipient]: _, ...others } = choices
  return answer === null ? others : { ...others, [recipient]: answer }
}

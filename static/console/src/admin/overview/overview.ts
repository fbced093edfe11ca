/** All that the overview shows, read together, so that its parts agree. */
import {
  FIGURES,
  figures,
  type ActionCounts,
  type DayCount,
  type Figure,
  type Licence,
  type Windows,
} from '../../api/figures'
import { session } from '../../session'
import { firstDay } from './days'

export const SPANS = [7, 15] as const
export const PERIODS = [7, 30] as const

export type Lines = Record<Figure, DayCount[]>

export interface Overview {
  licence: Licence
  windows: Windows
  /** Over the longest of the spans, which has the others within. */
  lines: Lines
  /** By the days of the period, of which today is the last. */
  actions: Record<(typeof PERIODS)[number], ActionCounts>
}

export async function readOverview(): Promise<Overview> {
  // Which actions may be asked for depends on the role.
  await session.introduce()
  const actionsSince = session.isManager.value ? figures.actionsOfCompany : figures.ownActions
  const [licence, windows, week, month, ...lines] = await Promise.all([
    figures.licence(),
    figures.windows(),
    actionsSince(firstDay(PERIODS[0])),
    actionsSince(firstDay(PERIODS[1])),
    ...FIGURES.map((figure) => figures.line(figure, Math.max(...SPANS))),
  ])
  return {
    licence,
    windows,
    lines: Object.fromEntries(FIGURES.map((figure, index) => [figure, lines[index]])) as Lines,
    actions: { 7: week, 30: month },
  }
}

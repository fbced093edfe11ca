/** What a field finds while somebody types: reps, cases and tags by their names. */
import { cases, caseTags } from '../api/library'
import { staff } from '../api/staff'

export interface Choice {
  value: string
  label: string
}

const LENGTH = 50

export async function findReps(name: string): Promise<Choice[]> {
  const { ret_data: rows } = await staff.list(1, LENGTH, { username: name })
  return rows.map((rep) => ({ value: String(rep.id), label: rep.username }))
}

export async function findCases(name: string): Promise<Choice[]> {
  const { ret_data: rows } = await cases.list(1, LENGTH, { name: name || undefined })
  return rows.map((row) => ({
    value: String(row.case_id),
    label: row.case_name || row.customer_name,
  }))
}

export async function findTags(name: string): Promise<Choice[]> {
  const { ret_data: rows } = await caseTags.list(1, LENGTH, name || undefined)
  return rows.map((tag) => ({ value: String(tag.id), label: tag.name }))
}

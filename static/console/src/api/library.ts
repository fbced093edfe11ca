/** The company's cases, the diaries that tell them, and what customers say of those. */
import { client } from '../session'
import type { Page } from './calls'

export const Publication = { PUBLISHED: 1, DRAFT: 2 } as const

export interface CaseTag {
  id: number
  name: string
}

export interface CountedTag extends CaseTag {
  search_count: number
  use_count: number
}

export interface CaseRow {
  case_id: number
  case_name: string
  customer_name: string
  headimgurl: string
  /** JSON of a list of addresses. */
  cover_picture: string
  status: number
  status_text: string
  tag_list: CaseTag[]
  author_name: string
  read_count: number
  comment_count: number
  up_count: number
  create_date: string
  update_date: string
}

export interface CaseDraft {
  case_name: string
  customer_name: string
  headimgurl: string
  covers: string[]
  tags: number[]
}

export interface DiaryRow {
  diary_id: number
  case_id: number
  case_name: string
  customer_name: string
  title: string
  summary: string
  diary_date: string
  cover_picture: string
  cover_show_type: number
  /** JSON of the parts. */
  content: string
  status: number
  status_text: string
  read_count: number
  comment_count: number
  up_count: number
}

export const CoverKind = { PICTURES: 1, VIDEO: 2 } as const

export interface DiaryDraft {
  case_id: string
  title: string
  summary: string
  diary_date: string
  covers: string[]
  cover_show_type: number
  /** JSON of the parts. */
  content: string
}

export interface CommentRow {
  review_id: number
  diary_id: number
  title: string
  case_id: number
  from_customer_id: number
  from_customer_name: string
  from_customer_headimgurl: string
  content: string
  is_audit_pass: number
  is_audit_pass_text: string
  create_time: string
}

const CASES = '/admin/case_manage'
const TAGS = '/admin/case_tag'
const DIARIES = '/admin/diary_manage'

/** The addresses in a cover. */
export function coversOf(text: string): string[] {
  return JSON.parse(text) as string[]
}

export type CaseSearch = Partial<Record<'name' | 'customer' | 'tag' | 'status', string>>

export const cases = {
  list: (page: number, length: number, search: CaseSearch) =>
    client.get<Page<CaseRow>>(`${CASES}/case_list`, {
      current_page: page,
      length,
      case_name: search.name,
      customer_name: search.customer,
      tag_id: search.tag,
      status: search.status,
    }),

  one: async (id: number) => {
    const { ret_data: rows } = await client.get<Page<CaseRow>>(`${CASES}/case_single`, {
      case_id: id,
    })
    return rows[0] as CaseRow
  },

  /** Write a case; without an id it is a new one, which is a draft. */
  save: ({ covers, tags, ...draft }: CaseDraft, id?: number) =>
    client.post(id === undefined ? `${CASES}/add/0` : `${CASES}/update/${id}`, {
      ...draft,
      cover_picture: JSON.stringify(covers),
      tag_list: JSON.stringify(tags),
    }),

  setStatus: (id: number, status: number) =>
    client.post(`${CASES}/change_status/${id}`, { status }),

  remove: (id: number) => client.post(`${CASES}/delete/${id}`),
}

export const caseTags = {
  list: (page: number, length: number, name?: string) =>
    client.get<Page<CountedTag>>(`${TAGS}/tag_list`, { current_page: page, length, name }),

  add: (name: string) => client.post(`${TAGS}/add/0`, { name }),
  rename: (id: number, name: string) => client.post(`${TAGS}/update/${id}`, { name }),
  remove: (id: number) => client.post(`${TAGS}/delete/${id}`),
}

export type DiarySearch = Partial<Record<'case' | 'title' | 'status', string>>

export const diaries = {
  list: (page: number, length: number, search: DiarySearch) =>
    client.get<Page<DiaryRow>>(`${DIARIES}/diary_all_list`, {
      current_page: page,
      length,
      case_id: search.case,
      title: search.title,
      status: search.status,
    }),

  one: async (id: number) => {
    const { ret_data: rows } = await client.get<Page<DiaryRow>>(`${DIARIES}/diary_single`, {
      diary_id: id,
    })
    return rows[0] as DiaryRow
  },

  /** Write a diary; without an id it is a new one, which is a draft. */
  save: ({ covers, ...draft }: DiaryDraft, id?: number) =>
    client.post(id === undefined ? `${DIARIES}/add/0` : `${DIARIES}/update/${id}`, {
      ...draft,
      cover_picture: JSON.stringify(covers),
    }),

  setStatus: (id: number, status: number) =>
    client.post(`${DIARIES}/change_status/${id}`, { status }),

  remove: (id: number) => client.post(`${DIARIES}/delete/${id}`),
}

export type CommentSearch = Partial<Record<'diary' | 'approved', string>>

export const comments = {
  list: (page: number, length: number, search: CommentSearch) =>
    client.get<Page<CommentRow>>(`${DIARIES}/review_list`, {
      current_page: page,
      length,
      diary_id: search.diary,
      is_audit_pass: search.approved,
    }),

  /** Show a comment to everybody, or to its writer alone. */
  approve: (id: number, isApproved: boolean) =>
    client.post(`${DIARIES}/audit_review/${id}`, { is_audit_pass: Number(isApproved) }),

  remove: (id: number) => client.post(`${DIARIES}/delete_review/${id}`),
}

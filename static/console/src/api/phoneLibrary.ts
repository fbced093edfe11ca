/** Cases and diaries, as a customer finds, reads and discusses them. */
import { client, shownRep } from '../phone/session'
import type { Page } from './calls'

export interface CaseTag {
  id: number
  name: string
}

export interface LastDiary {
  title?: string
  diary_date?: string
}

export interface CaseRow {
  case_id: number
  customer_name: string
  headimgurl: string
  /** JSON, a list of addresses. */
  cover_picture: string
  tag_list: CaseTag[]
  /** Without fields where no diary is published. */
  last_diary_data: LastDiary
  /** When it was made; in the customer's own lists, when it was looked at or kept. */
  create_date: string
}

export interface DiaryRow {
  diary_id: number
  case_id: number
  title: string
  diary_date: string
  cover_picture: string
  /** JSON, a list of parts. */
  content: string
  interval_days: number
  read_count: number
  comment_count: number
  up_count: number
  is_praise_diary: number
}

export interface CommentRow {
  from_customer_id: number
  from_customer_name: string
  from_customer_headimgurl: string
  content: string
  is_audit_pass: number
  create_time: string
}

const CASES = '/xiaochengxu/case_manage'
const TAGS = '/xiaochengxu/case_tag'
const DIARIES = '/xiaochengxu/diary_manage'
const LONGEST_PAGE = 100

function keptCases(page: number, length: number): Promise<Page<CaseRow>> {
  return client.get(`${CASES}/collection_case_list_record`, { current_page: page, length })
}

export const phoneLibrary = {
  /** @param isVisit whether the rep's radar is to tell that its customer is here */
  cases: (page: number, length: number, isVisit: boolean) =>
    client.get<Page<CaseRow>>(`${CASES}/case_list`, {
      current_page: page,
      length,
      u_id: isVisit ? shownRep() : undefined,
    }),

  /** Cases with a tag; the first page counts as a search. */
  taggedCases: (page: number, length: number, tagId: number) =>
    client.get<Page<CaseRow>>(`${CASES}/case_list`, {
      current_page: page,
      length,
      search_tag_id: tagId,
    }),

  keptCases,

  browsedCases: (page: number, length: number) =>
    client.get<Page<CaseRow>>(`${CASES}/browse_case_list_record`, { current_page: page, length }),

  /** Look at a case; this counts. */
  case: async (caseId: number) => {
    const { ret_data: rows } = await client.get<Page<CaseRow>>(`${CASES}/case_list`, {
      case_id: caseId,
    })
    return rows[0]
  },

  /** Whether the customer keeps a case. */
  isKept: async (caseId: number) => {
    for (let page = 1; ; page += 1) {
      const { ret_data: rows } = await keptCases(page, LONGEST_PAGE)
      if (rows.some((row) => row.case_id === caseId)) return true
      if (rows.length < LONGEST_PAGE) return false
    }
  },

  keep: (caseId: number, isKept: boolean) =>
    client.post(`${CASES}/collection_case`, { case_id: caseId, status: Number(isKept) }),

  /** Tags with a text in their names, the most searched first. */
  tags: async (name: string) =>
    (await client.get<Page<CaseTag>>(`${TAGS}/case_list`, { name })).ret_data,
  topTags: async () => (await client.get<Page<CaseTag>>(`${TAGS}/top_search_tag_list`)).ret_data,
  searchedTags: async () => (await client.get<Page<CaseTag>>(`${TAGS}/history_case_list`)).ret_data,

  diaries: (page: number, length: number, caseId: number) =>
    client.get<Page<DiaryRow>>(`${DIARIES}/diary_list`, {
      current_page: page,
      length,
      case_id: caseId,
    }),

  /** Read a diary on the rep's page; this counts, and the rep's radar tells of it. */
  diary: async (diaryId: number) => {
    const { ret_data: rows } = await client.get<Page<DiaryRow>>(`${DIARIES}/diary_list`, {
      diary_id: diaryId,
      u_id: shownRep(),
    })
    return rows[0]
  },

  /** Praise a diary, or take it back. */
  praise: (diaryId: number) =>
    client.post<{ is_praise_diary: number; up_count: number }>(
      `${DIARIES}/praise_diary/${String(diaryId)}`,
    ),

  comments: (page: number, length: number, diaryId: number) =>
    client.get<Page<CommentRow>>(`${DIARIES}/diary_id_review_list/${String(diaryId)}`, {
      current_page: page,
      length,
    }),

  comment: (diaryId: number, content: string) =>
    client.post(`${DIARIES}/review_diary/${String(diaryId)}`, { content }),
}

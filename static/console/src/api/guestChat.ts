/** A customer's chat with its rep, beside the socket. */
import { client } from '../phone/session'
import type { Page } from './calls'
import type { MessageRow } from './chat'

interface Colleague {
  id: number
  username: string
}

export const guestChat = {
  /** A page of the chat, newest first; all of the chat is read then. */
  history: (repId: number, page: number, length: number) =>
    client.get<MessageRow[]>('/xiaochengxu/chat', { u_id: repId, current_page: page, length }),

  unread: async (repId: number) => {
    const answer = await client.get<{ chatinfo_count: number }>('/xiaochengxu/chat/query_num/0', {
      u_id: repId,
    })
    return answer.chatinfo_count
  },

  /** What a rep is called; unlike its card, asking for it counts as no visit. */
  repName: async (repId: number) => {
    const reps = await client.get<Page<Colleague>>('/xiaochengxu/mingpian/all')
    return reps.ret_data.find(({ id }) => id === repId)?.username ?? ''
  },
}

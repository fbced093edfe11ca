/** A server that takes pictures in chunks, over real connections, which a test may cut. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Client } from '../src/api/client'
import type { UploadRoad } from '../src/upload'

export interface Made {
  id: number
  content: Buffer
}

/** What a call does beside its own: its answer is lost, or it is not even done. */
export type Fault = 'lost before' | 'lost after' | 'lost picture' | 'refused'

export class PictureServer {
  readonly tasks = new Map<string, Map<number, Buffer>>()
  readonly pictures = new Map<number, Made>()
  /** What was asked for, in order. */
  readonly calls: string[] = []
  /** What is to happen to the next calls of a name. */
  readonly faults: Record<string, Fault[]> = {}
  private readonly server: Server

  constructor() {
    this.server = createServer((request, response) => void this.serve(request, response))
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
  }

  close(): void {
    this.server.close()
    this.server.closeAllConnections()
  }

  /** The calls that put pictures where they are seen at once, or else where nobody sees them. */
  road(areListed: boolean, rep = 1): UploadRoad<Made> {
    const root = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
    const client = new Client(
      () => null,
      () => undefined,
      root,
    )
    return {
      place: () => `${rep}/photos`,
      received: (task) => client.post<number[]>('/received', { task }),
      send: (task, name, number, chunk) => client.post('/send', { task, name, number, chunk }),
      complete: async (task, _name, count) => {
        const { id } = await client.post<{ id: number }>('/complete', { task, count })
        return this.pictures.get(id) as Made
      },
      ...(areListed && {
        listed: async () => {
          const ids = await client.post<number[]>('/listed')
          return new Map(ids.map((id) => [id, this.pictures.get(id) as Made]))
        },
      }),
    }
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request)
    const call = (request.url ?? '').replace(/^\/|\?.*$/g, '')
    const task = body.get('task') as string
    this.calls.push(call === 'send' ? `send ${numberOf(body)}` : call)
    const fault = this.faults[call]?.shift()
    const answer =
      fault === 'refused'
        ? { code: 303, msg: '只能上传图片', data: { errors: { file: '只能上传图片' } } }
        : fault === 'lost before'
          ? undefined
          : await this.answer(call, task, body, fault)
    if (fault?.startsWith('lost')) response.destroy()
    else response.end(JSON.stringify(answer))
  }

  private async answer(call: string, task: string, body: FormData, fault?: Fault) {
    const chunks = this.tasks.get(task)
    if (call === 'listed') return ok([...this.pictures.keys()])
    if (call === 'send') {
      const chunk = Buffer.from(await (body.get('chunk') as Blob).arrayBuffer())
      this.tasks.set(task, (chunks ?? new Map<number, Buffer>()).set(numberOf(body), chunk))
      return ok({})
    }
    if (!chunks) return { code: 403, msg: '上传任务不存在', data: {} }
    if (call === 'received') return ok([...chunks.keys()])
    this.tasks.delete(task)
    if (fault === 'lost picture') return undefined
    const ordered = [...chunks].sort(([one], [other]) => one - other)
    return ok({ id: this.add(Buffer.concat(ordered.map(([, chunk]) => chunk))) })
  }

  /** Put a picture where it is seen. */
  add(content: Buffer): number {
    const id = this.pictures.size + 1
    this.pictures.set(id, { id, content })
    return id
  }
}

function ok(data: unknown) {
  return { code: 200, msg: '', data }
}

function numberOf(body: FormData): number {
  return Number(body.get('number'))
}

async function bodyOf(request: IncomingMessage): Promise<FormData> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const type = request.headers['content-type'] ?? 'application/x-www-form-urlencoded'
  return new Response(Buffer.concat(parts), { headers: { 'content-type': type } }).formData()
}

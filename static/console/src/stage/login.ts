/** How the rep's phone on the stage gets in: as at a desk, so that its face stays the demo's. */
import { calls } from '../api/calls'
import { Client } from '../api/client'
import { DEMO } from '../demo'

const client = new Client(
  () => null,
  () => undefined,
)

/**
 * Log a rep of the demo in.
 *
 * @returns where the console takes the session over, as from an OAuth login
 * @throws ApiError when the login is refused
 */
export async function consoleOf(username: string): Promise<string> {
  const { token, user_id } = await calls(client).logIn(username, DEMO.password)
  return `/console/?${new URLSearchParams({ token, user_id: String(user_id) }).toString()}`
}

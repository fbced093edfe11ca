/** Who may look around in the demo, and how. */
export const DEMO = {
  usernames: ['demo-rep-1', 'demo-rep-2', 'demo-rep-3'],
  password: 'zhuge-demo',
} as const

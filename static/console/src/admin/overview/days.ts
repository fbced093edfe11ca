/** Days, and how they compare. */
const DAY_MS = 24 * 60 * 60 * 1000
/** Days are those of Shanghai, wherever the reader is. */
const SHANGHAI_MS = 8 * 60 * 60 * 1000

/** The first of so many days that end today. */
export function firstDay(days: number, now = Date.now()): string {
  return new Date(now + SHANGHAI_MS - (days - 1) * DAY_MS).toISOString().slice(0, 10)
}

/** How much more the last seven days have than the seven before them. */
export function growth(line: { value: number }[]): number {
  return sum(line.slice(-7)) - sum(line.slice(-14, -7))
}

function sum(line: { value: number }[]): number {
  return line.reduce((total, day) => total + day.value, 0)
}

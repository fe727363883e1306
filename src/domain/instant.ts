/** Milliseconds since the epoch, UTC: always handed in, never read off the wall. */
export type Instant = number;

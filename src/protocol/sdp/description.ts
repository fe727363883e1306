/** A session description, RFC 8866, as far as telephony uses it. What is not understood is kept as it is. */
export interface SessionDescription {
  readonly origin: Origin;
  readonly name: string;
  /** `c=` for all media that have none of their own. */
  readonly connection?: Connection;
  readonly attributes: readonly Attribute[];
  readonly media: readonly MediaDescription[];
}

export interface Origin {
  readonly user: string;
  readonly sessionId: string;
  readonly version: string;
  readonly connection: Connection;
}

export interface Connection {
  readonly family: 'IP4' | 'IP6';
  readonly address: string;
}

/** One `m=` line and what belongs to it. */
export interface MediaDescription {
  readonly kind: string;
  readonly port: number;
  readonly protocol: string;
  readonly formats: readonly string[];
  readonly connection?: Connection;
  readonly attributes: readonly Attribute[];
}

/** `a=name` or `a=name:value`. */
export interface Attribute {
  readonly name: string;
  readonly value?: string;
}

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';
export const DIRECTIONS: readonly Direction[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive'];

interface Attributed {
  readonly attributes: readonly Attribute[];
}

/** The value of the first attribute of that name: '' for a flag, undefined when there is none. */
export function attribute(of: Attributed, name: string): string | undefined {
  const found = of.attributes.find((one) => one.name === name);
  return found === undefined ? undefined : (found.value ?? '');
}

export function attributes(of: Attributed, name: string): readonly string[] {
  return of.attributes.filter((one) => one.name === name).map((one) => one.value ?? '');
}

/** Media level before session level, before `sendrecv` (RFC 8866 §6.7). */
export function directionOf(session: Attributed, media: Attributed): Direction {
  const isDirection = ({ name }: Attribute) => (DIRECTIONS as readonly string[]).includes(name);
  const found = media.attributes.find(isDirection) ?? session.attributes.find(isDirection);
  return (found?.name as Direction | undefined) ?? 'sendrecv';
}

import type { LineId } from './ids.ts';
import type { Instant } from './instant.ts';

/** One registered contact of a line: where one of its phones can be reached (RFC 3261 §10.3). */
export interface Binding {
  readonly line: LineId;
  /** The Contact URI as registered, without header parameters. */
  readonly contact: string;
  /** RFC 5626 §4.1: the same phone over another flow replaces its binding. */
  readonly instance?: string;
  readonly regId?: number;
  /** Preference, 0 to 1000 thousandths (RFC 3261 §20.10 q). */
  readonly q: number;
  readonly callId: string;
  readonly cseq: number;
  readonly expiresAt: Instant;
  /** The flow it registered over: where requests to a phone behind NAT are sent. */
  readonly received: {
    readonly address: string;
    readonly port: number;
    readonly transport: 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';
  };
  /** RFC 3327: the route a request to this contact takes, outermost first. */
  readonly path: readonly string[];
  readonly userAgent?: string;
}

/** How a REGISTER was answered, for our own books: who sends a wrong password is challenged like everybody else. */
export type RegisterResult = 'accepted' | 'challenged' | 'wrong password' | 'not listened to' | 'refused' | 'failed';

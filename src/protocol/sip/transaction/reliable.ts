/** A reliable provisional response at the answering side: RFC 3262 §3. The interval doubles without ceiling, as timer A does. */
import type { Table } from '../../machine.ts';

export type State = 'unacknowledged' | 'acknowledged' | 'given up';

export type Event = 'send 1xx' | 'timer A' | 'timer H' | 'prack' | 'dialog ended';

export type Effect =
  | 'transmit'
  | 'retransmit'
  | 'arm A'
  | 'double A'
  | 'stop A'
  | 'arm H'
  | 'stop H'
  | 'tell user: no PRACK';

export const initial = 'unacknowledged';

export const table: Table<State, Event, Effect> = {
  unacknowledged: {
    'send 1xx': ['unacknowledged', ['transmit', 'arm A', 'arm H'], '3262 §3: T1, doubling'],
    'timer A': ['unacknowledged', ['retransmit', 'double A'], '3262 §3: doubles for each retransmission'],
    'timer H': ['given up', ['stop A', 'tell user: no PRACK'], '3262 §3: 64*T1, then a 5xx to the INVITE'],
    prack: ['acknowledged', ['stop A', 'stop H'], '3262 §3'],
    'dialog ended': ['given up', ['stop A', 'stop H'], '3262 §3: the INVITE has ended'],
  },
  acknowledged: {},
  'given up': {},
};

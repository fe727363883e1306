/**
 * A 2xx to INVITE at the answering side: the user agent core, not the transaction, repeats it until the ACK comes
 * (RFC 3261 §13.3.1.4; the same clock runs over reliable transports too).
 */
import type { Table } from '../../machine.ts';

export type State = 'unacknowledged' | 'acknowledged' | 'given up';

export type Event = 'send 2xx' | 'timer G' | 'timer H' | 'ack' | 'dialog ended';

export type Effect =
  | 'transmit'
  | 'retransmit'
  | 'arm G'
  | 'double G'
  | 'stop G'
  | 'arm H'
  | 'stop H'
  | 'tell user: no ACK';

export const initial = 'unacknowledged';

export const table: Table<State, Event, Effect> = {
  unacknowledged: {
    'send 2xx': ['unacknowledged', ['transmit', 'arm G', 'arm H'], '3261 §13.3.1.4'],
    'timer G': ['unacknowledged', ['retransmit', 'double G'], '3261 §13.3.1.4: T1, doubling up to T2'],
    'timer H': ['given up', ['stop G', 'tell user: no ACK'], '3261 §13.3.1.4: 64*T1, then BYE'],
    ack: ['acknowledged', ['stop G', 'stop H'], '3261 §13.3.1.4'],
    'dialog ended': ['given up', ['stop G', 'stop H'], '3261 §15'],
  },
  acknowledged: {},
  'given up': {},
};

/** Non-INVITE client transaction: RFC 3261 §17.1.2 figure 6. */
import type { Table } from '../../machine.ts';

export type State = 'initial' | 'trying' | 'proceeding' | 'completed' | 'terminated';

export type Event = 'send' | '1xx' | 'final' | 'timer E' | 'timer F' | 'timer K' | 'transport error';

export type Effect =
  | 'transmit'
  | 'retransmit'
  | 'arm E'
  | 'double E'
  | 'E at T2'
  | 'stop E'
  | 'arm F'
  | 'stop F'
  | 'arm K'
  | 'pass up'
  | 'tell user: timeout'
  | 'tell user: transport failed';

export const initial = 'initial';

export const table: Table<State, Event, Effect> = {
  initial: {
    send: ['trying', ['transmit', 'arm E', 'arm F'], '3261 §17.1.2.2'],
  },
  trying: {
    'timer E': ['trying', ['retransmit', 'double E'], '3261 §17.1.2.2: MIN(2*E, T2)'],
    'timer F': ['terminated', ['stop E', 'tell user: timeout'], '3261 §17.1.2.2'],
    '1xx': ['proceeding', ['pass up'], '3261 §17.1.2.2'],
    final: ['completed', ['stop E', 'stop F', 'arm K', 'pass up'], '3261 §17.1.2.2'],
    'transport error': ['terminated', ['stop E', 'stop F', 'tell user: transport failed'], '3261 §17.1.4'],
  },
  proceeding: {
    'timer E': ['proceeding', ['retransmit', 'E at T2'], '3261 §17.1.2.2: every T2'],
    'timer F': ['terminated', ['stop E', 'tell user: timeout'], '3261 §17.1.2.2'],
    '1xx': ['proceeding', ['pass up'], '3261 §17.1.2.2'],
    final: ['completed', ['stop E', 'stop F', 'arm K', 'pass up'], '3261 §17.1.2.2'],
    'transport error': ['terminated', ['stop E', 'stop F', 'tell user: transport failed'], '3261 §17.1.4'],
  },
  completed: {
    'timer K': ['terminated', [], '3261 §17.1.2.2: T4, 0 on reliable transports'],
  },
  terminated: {},
};

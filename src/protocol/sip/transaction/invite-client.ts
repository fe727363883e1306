/** INVITE client transaction: RFC 3261 §17.1.1 figure 5, as amended by RFC 6026 §7.2 and §8.4. */
import type { Table } from '../../machine.ts';

export type State = 'initial' | 'calling' | 'proceeding' | 'accepted' | 'completed' | 'terminated';

export type Event =
  | 'send'
  | '1xx'
  | '2xx'
  | '3xx-6xx'
  | 'timer A' // retransmit the INVITE (unreliable transports only)
  | 'timer B' // nobody answers
  | 'timer D' // absorb retransmitted final responses
  | 'timer M' // absorb retransmitted and forked 2xx
  | 'give up' // cancelled, and no final response within 64*T1
  | 'transport error';

export type Effect =
  | 'transmit'
  | 'retransmit'
  | 'arm A'
  | 'double A'
  | 'stop A'
  | 'arm B'
  | 'stop B'
  | 'arm D'
  | 'stop D'
  | 'arm M'
  | 'pass up'
  | 'send ACK'
  | 'tell user: timeout'
  | 'tell user: transport failed';

export const initial = 'initial';

export const table: Table<State, Event, Effect> = {
  initial: {
    send: ['calling', ['transmit', 'arm A', 'arm B'], '3261 §17.1.1.2'],
  },
  calling: {
    'timer A': ['calling', ['retransmit', 'double A'], '3261 §17.1.1.2: doubles without ceiling'],
    'timer B': ['terminated', ['stop A', 'tell user: timeout'], '3261 §17.1.1.2'],
    '1xx': ['proceeding', ['stop A', 'stop B', 'pass up'], '3261 §17.1.1.2: stops retransmitting'],
    '2xx': ['accepted', ['stop A', 'stop B', 'arm M', 'pass up'], '6026 §7.2'],
    '3xx-6xx': ['completed', ['stop A', 'stop B', 'send ACK', 'arm D', 'pass up'], '3261 §17.1.1.2'],
    'transport error': ['terminated', ['stop A', 'stop B', 'tell user: transport failed'], '3261 §17.1.4'],
  },
  proceeding: {
    '1xx': ['proceeding', ['pass up'], '3261 §17.1.1.2'],
    '2xx': ['accepted', ['arm M', 'pass up'], '6026 §7.2'],
    '3xx-6xx': ['completed', ['send ACK', 'arm D', 'pass up'], '3261 §17.1.1.2'],
    'give up': ['terminated', ['tell user: timeout'], '3261 §9.1: no final 64*T1 after CANCEL'],
    'transport error': ['terminated', ['tell user: transport failed'], '3261 §17.1.4'],
  },
  accepted: {
    '2xx': ['accepted', ['pass up'], '6026 §7.2: each 2xx goes to the core'],
    'timer M': ['terminated', [], '6026 §7.2: 64*T1'],
  },
  completed: {
    '3xx-6xx': ['completed', ['send ACK'], '3261 §17.1.1.2: not passed up again'],
    'timer D': ['terminated', [], '3261 §17.1.1.2: 32 s and more, 0 on reliable transports'],
    'transport error': ['terminated', ['stop D', 'tell user: transport failed'], '3261 §17.1.1.2'],
  },
  terminated: {},
};

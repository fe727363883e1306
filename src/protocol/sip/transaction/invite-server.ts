/** INVITE server transaction: RFC 3261 §17.2.1 figure 7, as amended by RFC 6026 §7.1 and §8. */
import type { Table } from '../../machine.ts';

export type State = 'proceeding' | 'accepted' | 'completed' | 'confirmed' | 'terminated';

export type Event =
  | 'request' // a retransmission of the INVITE that made us
  | 'ack'
  | 'send 1xx'
  | 'send 2xx'
  | 'send 3xx-6xx'
  | 'timer G' // retransmit the response (unreliable transports only)
  | 'timer H' // give up waiting for ACK
  | 'timer I' // absorb stray ACKs
  | 'timer L' // absorb INVITE retransmissions after 2xx
  | 'transport error';

export type Effect =
  | 'transmit'
  | 'retransmit'
  | 'arm G'
  | 'double G'
  | 'stop G'
  | 'arm H'
  | 'stop H'
  | 'arm I'
  | 'arm L'
  | 'pass ACK up'
  | 'tell user: no ACK'
  | 'tell user: transport failed';

export const initial = 'proceeding';

export const table: Table<State, Event, Effect> = {
  proceeding: {
    request: ['proceeding', ['retransmit'], '3261 §17.2.1: last provisional is sent again'],
    'send 1xx': ['proceeding', ['transmit'], '3261 §17.2.1: any number of provisionals'],
    'send 2xx': ['accepted', ['transmit', 'arm L'], '6026 §7.1'],
    'send 3xx-6xx': ['completed', ['transmit', 'arm G', 'arm H'], '3261 §17.2.1: enter Completed'],
    'transport error': ['proceeding', ['tell user: transport failed'], '6026 §8.8'],
  },
  accepted: {
    'send 2xx': ['accepted', ['transmit'], '6026 §7.1'],
    ack: ['accepted', ['pass ACK up'], '6026 §7.1'],
    'timer L': ['terminated', [], '6026 §7.1'],
    'transport error': ['accepted', ['tell user: transport failed'], '6026 §8.8'],
  },
  completed: {
    request: ['completed', ['retransmit'], '3261 §17.2.1: final response is sent again'],
    'timer G': ['completed', ['retransmit', 'double G'], '3261 §17.2.1: MIN(2*T1, T2)'],
    ack: ['confirmed', ['stop G', 'stop H', 'arm I'], '3261 §17.2.1: enter Confirmed'],
    'timer H': ['terminated', ['stop G', 'tell user: no ACK'], '3261 §17.2.1: ACK never came'],
    'transport error': ['completed', ['tell user: transport failed'], '6026 §8.8'],
  },
  confirmed: {
    'timer I': ['terminated', [], '3261 §17.2.1: absorb ACKs, then end'],
  },
  terminated: {},
};

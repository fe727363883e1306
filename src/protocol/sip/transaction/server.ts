/** Non-INVITE server transaction: RFC 3261 §17.2.2 figure 8. */
import type { Table } from '../../machine.ts';

export type State = 'trying' | 'proceeding' | 'completed' | 'terminated';

export type Event = 'request' | 'send 1xx' | 'send final' | 'timer J' | 'transport error';

export type Effect = 'transmit' | 'retransmit' | 'arm J' | 'stop J' | 'tell user: transport failed';

export const initial = 'trying';

export const table: Table<State, Event, Effect> = {
  trying: {
    'send 1xx': ['proceeding', ['transmit'], '3261 §17.2.2: provisional passed down'],
    'send final': ['completed', ['transmit', 'arm J'], '3261 §17.2.2: final passed down'],
  },
  proceeding: {
    request: ['proceeding', ['retransmit'], '3261 §17.2.2: most recent provisional again'],
    'send 1xx': ['proceeding', ['transmit'], '3261 §17.2.2: further provisionals'],
    'send final': ['completed', ['transmit', 'arm J'], '3261 §17.2.2: enter Completed'],
    'transport error': ['terminated', ['tell user: transport failed'], '3261 §17.2.4'],
  },
  completed: {
    request: ['completed', ['retransmit'], '3261 §17.2.2: final response again'],
    'timer J': ['terminated', [], '3261 §17.2.2: 64*T1, 0 on reliable transports'],
    'transport error': ['terminated', ['stop J', 'tell user: transport failed'], '3261 §17.2.4'],
  },
  terminated: {},
};

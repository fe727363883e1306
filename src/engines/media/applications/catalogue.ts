import type { ApplicationKind } from '../leg.ts';
import { collectDigits } from './collect-digits.ts';
import { INSTANT } from './instant.ts';
import { joinConference } from './join-conference.ts';
import { endlessPlayback, gentones, loopPlayback, playback } from './playback.ts';
import { record } from './record.ts';
import { park, sleep } from './wait.ts';

/** All a leg can be told to do. What is not here is refused by name. */
export const APPLICATIONS: Readonly<Record<string, ApplicationKind>> = {
  ...INSTANT,
  playback: { is: 'lasting', start: playback },
  endless_playback: { is: 'lasting', start: endlessPlayback },
  loop_playback: { is: 'lasting', start: loopPlayback },
  gentones: { is: 'lasting', start: gentones },
  play_and_get_digits: { is: 'lasting', start: collectDigits },
  record: { is: 'lasting', start: record },
  sleep: { is: 'lasting', start: sleep },
  park: { is: 'lasting', start: park },
  conference: { is: 'lasting', start: joinConference },
};

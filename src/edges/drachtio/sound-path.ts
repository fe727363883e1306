import { addressIn, isBehindNat, isWithoutG711, keyingOf } from '../../decide/media-offer.ts';
import {
  type CallingSide,
  type MediaPath,
  type MediaSetting,
  mediaPath,
  type Rung,
  settingOfLine,
  settingOfTrunk,
  wantsKeys,
} from '../../decide/media-path.ts';
import { trunkOf } from '../../decide/sources.ts';
import type { Binding } from '../../domain/binding.ts';
import type { IncomingCall, Source } from '../../domain/call.ts';
import type { Config } from '../../domain/config.ts';
import type { Line } from '../../domain/line.ts';
import type { Trunk } from '../../domain/trunk.ts';
import { parseNameAddr } from '../../protocol/sip/headers/name-addr.ts';
import { parseUri } from '../../protocol/sip/uri.ts';
import { header } from './read.ts';
import type { SipMessage } from './srf.ts';

/** The caller's side of the sound, read once for all who are rung. */
export function callersSound(
  message: Pick<SipMessage, 'header' | 'body'> | undefined,
  call: IncomingCall,
  config: Config,
): CallingSide {
  const offer = message?.body || undefined;
  const line = call.claims.proved && config.lines.get(call.claims.proved);
  const contact = message === undefined ? undefined : header(message, 'contact');
  return {
    setting: (line && ofLine(line, config)) ?? ofTrunk(call.source, config),
    keying: keyingOf(offer),
    // A trunk's sound may well come from elsewhere than its signalling: only phones are judged by it.
    isBehindNat:
      line !== undefined &&
      !isWeb(call.source) &&
      isBehindNat([addressIn(offer), hostOf(contact && parseNameAddr(contact)?.uri)], call.source.address),
    isExotic: isWithoutG711(offer),
  };
}

/** How the sound runs to one phone of a line. Behind an edge proxy it is the proxy that knows of NATs. */
export function pathToLine(
  caller: CallingSide,
  { line: id, contact, received, path }: Binding,
  config: Config,
): MediaPath {
  const line = config.lines.get(id);
  return mediaPath(caller, {
    setting: (line && ofLine(line, config)) ?? nothingSet,
    rung: isWeb(received) ? 'browser' : phoneOf(line, config),
    isBehindNat: path.length === 0 && !isWeb(received) && isBehindNat([hostOf(contact)], received.address),
  });
}

export function pathToTrunk(caller: CallingSide, trunk: Trunk, isEmergency: boolean): MediaPath {
  return mediaPath(caller, { setting: settingOfTrunk(trunk), rung: 'trunk', isBehindNat: false, isEmergency });
}

const nothingSet: MediaSetting = { media: 'auto' };

function ofLine(line: Line, { sites }: Config): MediaSetting | undefined {
  const site = sites.get(line.site);
  return site && settingOfLine(line, site);
}

function ofTrunk(source: Source, config: Config): MediaSetting {
  const trunk = trunkOf(source, config)?.trunk;
  return trunk === undefined ? nothingSet : settingOfTrunk(trunk);
}

function phoneOf(line: Line | undefined, { sites }: Config): Rung {
  const site = line && sites.get(line.site);
  return line && site && wantsKeys(line, site) ? 'secured phone' : 'phone';
}

function isWeb({ transport }: Pick<Source, 'transport'>): boolean {
  return transport === 'ws' || transport === 'wss';
}

function hostOf(uri: string | undefined): string | undefined {
  return uri === undefined ? undefined : parseUri(uri)?.host;
}

import { createLibrarySrf, type LibraryDialog, type SrfForMedia, type UasDone } from './library.ts';
import { offersOf, placeholderAnswer } from './offer.ts';
import { shieldWire } from './shield.ts';

/** The library's own connection to the signalling engine (ADR 0013). It asks for no requests from the network. */
export interface MediaSignalling {
  readonly connected: boolean;
  /** What the media library is given. */
  readonly srf: SrfForMedia;
  open(): void;
  close(): void;
}

export interface SignallingAddress {
  readonly host: string;
  readonly port: number;
  readonly secret: string;
}

/** Where an answer of the media server is put when the library believes it answers a caller with it. */
export interface HandOver {
  readonly answered: (sdp: string) => void;
}

const retryMsAtMost = 2_000;

export function createSignalling(
  { host, port, secret }: SignallingAddress,
  alarm: (error: unknown) => void,
): MediaSignalling {
  const real = createLibrarySrf();
  let connected = false;
  let closing = false;
  const lost = (): void => {
    connected = false;
  };
  // Without a listener an `error` event ends the process.
  real.on('error', lost);
  real.on('close', lost);
  real.on('reconnecting', lost);
  real.on('connect', (error) => {
    connected = !error && !closing;
  });
  return {
    get connected() {
      return connected;
    },
    srf: { createUAC: (uri, options, ...more) => tamed(real, uri, options, more), createUAS: handOver },
    open() {
      real.connect({ host, port, secret, reconnect: { retryMaxDelay: retryMsAtMost } });
      const wire = real.app.client?.wp;
      if (wire !== undefined) shieldWire(wire, alarm);
    },
    close() {
      closing = true;
      connected = false;
      try {
        real.disconnect();
      } catch {
        // There was no connection to close.
      }
    },
  };
}

interface RealSrf {
  createUAC(uri: string, options: object, ...more: unknown[]): Promise<LibraryDialog>;
}

/** The library ends dialogs without looking after the promise; a BYE that fails would be an unhandled rejection. */
function tamed(real: RealSrf, uri: string, options: object, more: readonly unknown[]): unknown {
  const done = more.at(-1);
  if (typeof done === 'function') {
    const tame = (error: unknown, dialog?: LibraryDialog): unknown => {
      if (dialog !== undefined) quieten(dialog);
      return done(error, dialog);
    };
    return real.createUAC(uri, options, ...more.slice(0, -1), tame);
  }
  return ('localSdp' in options && options.localSdp ? real.createUAC(uri, options) : asked(real, uri, options)).then(
    (dialog) => {
      quieten(dialog);
      return dialog;
    },
  );
}

/** Without a description the server makes an offer; we choose the words in which it is answered for now. */
async function asked(real: RealSrf, uri: string, options: object): Promise<LibraryDialog> {
  const headers = 'headers' in options ? (options.headers as Readonly<Record<string, unknown>>) : {};
  const { sdp, ack } = (await real.createUAC(uri, { ...options, noAck: true })) as unknown as UnansweredOffer;
  return ack(placeholderAnswer(offersOf(headers['X-Secure-RTP']), sdp));
}

interface UnansweredOffer {
  readonly sdp: string;
  readonly ack: (sdp: string) => Promise<LibraryDialog>;
}

function quieten(dialog: LibraryDialog): void {
  const destroy = dialog.destroy.bind(dialog);
  dialog.destroy = () => destroy().catch(() => undefined);
}

/**
 * Descriptions with keys are only taken by the library's way for a caller, since a browser shakes hands after it was answered. Our callers
 * are answered by the call path, so here the answer is handed over instead.
 */
function handOver(_req: object, res: object, { localSdp }: { readonly localSdp: string }, done?: UasDone): unknown {
  (res as HandOver).answered(localSdp);
  const dialog = { destroy: () => Promise.resolve() };
  done?.(null, dialog);
  return Promise.resolve(dialog);
}

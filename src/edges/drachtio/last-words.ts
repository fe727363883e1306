import type { MediaEnd } from '../../call/media/ports.ts';
import type { MediaQuality } from '../../domain/outcome.ts';

/** How long an ended call waits for the media server's last words. */
const lastWordsMs = 400;

/** How the sound of an end was, as soon as it is over; `undefined` when that is not said in time. Never rejects. */
export function lastWords({ quality }: Pick<MediaEnd, 'quality'>): Promise<MediaQuality | undefined> {
  return new Promise((settle) => {
    const timer = setTimeout(() => settle(undefined), lastWordsMs);
    const tell = (known: MediaQuality | undefined): void => {
      clearTimeout(timer);
      settle(known);
    };
    quality.then(tell, () => tell(undefined));
  });
}

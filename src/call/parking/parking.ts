import { placesOfPark } from '../../domain/call.ts';
import type { SiteId } from '../../domain/ids.ts';
import type { Parking, PickUp } from '../ports.ts';

interface Parked {
  readonly take: (by: PickUp) => void;
}

/** Where calls wait to be fetched: nine places a site, kept in memory like the calls themselves. */
export function createParking(): Parking {
  /** By site, in the order in which they were parked. */
  const sites = new Map<SiteId, Map<number, Parked>>();
  return {
    park(site, wished, take) {
      const places = sites.get(site) ?? new Map<number, Parked>();
      const place = wished ?? placesOfPark.find((one) => !places.has(one));
      if (place === undefined || places.has(place)) return undefined;
      const parked = { take };
      sites.set(site, places.set(place, parked));
      const leave = (): void => {
        if (places.get(place) === parked) places.delete(place);
      };
      return { place, leave };
    },
    fetch(site, wished, by) {
      const places = sites.get(site);
      const place = wished ?? places?.keys().next().value;
      const parked = place === undefined ? undefined : places?.get(place);
      if (parked === undefined || place === undefined) return false;
      places?.delete(place);
      parked.take(by);
      return true;
    },
  };
}

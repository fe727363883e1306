import type { Destination } from '../domain/call.ts';

/** What a destination is called, for people: `line 4101 of mairie`. */
export function nameOf(destination: Destination): string {
  switch (destination.is) {
    case 'line':
      return `line ${destination.line.id} of ${destination.site.id}`;
    case 'service':
      return `service ${destination.service.id} of ${destination.site.id}`;
    case 'ipbx':
      return `${destination.extension} on trunk ${destination.trunk.id}`;
    case 'outside':
      return 'e164' in destination.number
        ? `outside ${destination.number.e164}`
        : `outside ${destination.number.short}`;
    case 'emergency':
      return `emergency ${destination.number} from ${destination.site.id}`;
    case 'feature':
      return `feature ${destination.code}`;
    case 'nowhere':
      return `nowhere: ${destination.why}`;
  }
}

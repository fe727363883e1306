import { type Application, NO_RESPONSE, type Start } from '../leg.ts';

/** `conference <name>[@profile][+pin][+flags{…}]`: lasts until the member leaves. The leg stays up. */
export function joinConference({ leg, argument, done }: Start): Application {
  const member = leg.world.rooms.join(leg, argument, () => done(NO_RESPONSE));
  if (typeof member === 'string') {
    leg.world.log('info', 'conference refused', { leg: leg.uuid, because: member });
    queueMicrotask(() => done(NO_RESPONSE));
    return { speak: () => false, stop: () => done(NO_RESPONSE) };
  }
  return {
    speak: (frame) => member.speak(leg, frame),
    hear: () => undefined,
    key: (key) => member.key(key),
    // A break does not throw anybody out; a bridge, a transfer and the end do.
    stop: (why) => {
      if (why !== 'break') member.leave('stop');
    },
  };
}

import { type Application, NO_RESPONSE, type Start } from '../application.ts';

/** `conference <name>[@profile][+pin][+flags{…}]`: lasts until the member leaves. The channel stays up. */
export function joinConference({ channel, argument, done }: Start): Application {
  const member = channel.world.conferences.join(channel, argument, () => done(NO_RESPONSE));
  if (typeof member === 'string') {
    channel.world.log('info', 'conference refused', { channel: channel.uuid, because: member });
    queueMicrotask(() => done(NO_RESPONSE));
    return { speak: () => false, stop: () => done(NO_RESPONSE) };
  }
  return {
    speak: (frame) => member.speak(channel, frame),
    hear: () => undefined,
    key: (key) => member.key(key),
    // A break does not throw anybody out; a bridge, a transfer and the end do.
    stop: (why) => {
      if (why !== 'break') member.leave('stop');
    },
  };
}

import { RtpPeer } from '../../engines/media/support/rtp-peer.ts';
import { hears, offer, portOf, tone } from '../../support/media-room.ts';
import { until } from '../../support/net.ts';
import type { Dialog, Message, Phone } from '../../support/phone.ts';

const hash = 11;

/** Somebody who calls from outside, with a voice. */
export class Caller {
  readonly number: string;
  readonly dialog: Dialog;
  readonly sound: RtpPeer;
  #isOpen = true;

  private constructor(number: string, dialog: Dialog, sound: RtpPeer) {
    this.number = number;
    this.dialog = dialog;
    this.sound = sound;
  }

  static async call(operator: Phone, number: string, from: string): Promise<Caller> {
    const sound = await RtpPeer.open();
    const dialog = await operator.call(number, { From: `<sip:${from}@operator.example>;tag={tag}` }, offer(sound.port));
    return new Caller(from, dialog, sound);
  }

  /** Is taken by the exchange or by somebody, and connected. */
  async taken(): Promise<Message> {
    const answer = await this.dialog.response((status) => status >= 200);
    if (answer.status !== 200) throw new Error(`${this.number} was refused: ${answer.start}`);
    this.dialog.ack();
    this.sound.sendTo(portOf(answer.body));
    this.sound.saySilence();
    return answer;
  }

  /** Anything but silence, from now on. */
  async hearsSomething(): Promise<void> {
    const from = this.sound.heard.all.length;
    await until(`${this.number} hears something`, () =>
      this.sound.samples('PCMA', from).some((one) => Math.abs(one) > 500),
    );
  }

  /** Is taken by a mailbox, cuts the greeting short, waits for the tone, and speaks until told to stop. */
  async speaksToMailbox(): Promise<void> {
    await this.taken();
    await until(`${this.number} hears the greeting`, () => hears(this.sound));
    const before = this.sound.heard.all.length;
    this.sound.press(hash);
    await until(`${this.number} hears the tone`, () => isBeep(this.sound.samples('PCMA', before)));
    this.sound.say(tone);
  }

  async hangUp(): Promise<void> {
    this.sound.stopSaying();
    await this.dialog.bye();
  }

  close(): void {
    if (this.#isOpen) this.sound.close();
    this.#isOpen = false;
  }
}

/** A tenth of a second of 1000 Hz, and then silence: the last of the tone is over. */
function isBeep(samples: Int16Array): boolean {
  let heard = 0;
  for (let at = 8; at < samples.length; at += 1) {
    const [now = 0, period = 0] = [samples[at], samples[at - 8]];
    // At 8000 samples a second a tone of 1000 Hz repeats after 8; speech does not for long.
    if (Math.abs(now) > 500 && Math.abs(now - period) < 200) heard += 1;
    else if (Math.abs(now) > 500) heard = 0;
    if (heard > 800) return true;
  }
  return false;
}

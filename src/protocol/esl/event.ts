/** An event or the data of a channel: names as FreeSWITCH writes them, all values text. */
export type EslEvent = Readonly<Record<string, string | undefined>>;

const MAX_NAMES = 256;
const MAX_FILTERS = 256;

/** The event names a client may ask for; anything else is no keyword. */
const KNOWN = new Set([
  'ALL',
  'API',
  'BACKGROUND_JOB',
  'CHANNEL_ANSWER',
  'CHANNEL_APPLICATION',
  'CHANNEL_BRIDGE',
  'CHANNEL_CALLSTATE',
  'CHANNEL_CREATE',
  'CHANNEL_DATA',
  'CHANNEL_DESTROY',
  'CHANNEL_EXECUTE',
  'CHANNEL_EXECUTE_COMPLETE',
  'CHANNEL_HANGUP',
  'CHANNEL_HANGUP_COMPLETE',
  'CHANNEL_HOLD',
  'CHANNEL_ORIGINATE',
  'CHANNEL_OUTGOING',
  'CHANNEL_PARK',
  'CHANNEL_PROGRESS',
  'CHANNEL_PROGRESS_MEDIA',
  'CHANNEL_STATE',
  'CHANNEL_UNBRIDGE',
  'CHANNEL_UNHOLD',
  'CHANNEL_UNPARK',
  'CHANNEL_UUID',
  'CUSTOM',
  'DETECTED_SPEECH',
  'DETECTED_TONE',
  'DTMF',
  'HEARTBEAT',
  'LOG',
  'MEDIA_BUG_START',
  'MEDIA_BUG_STOP',
  'MESSAGE',
  'NOTIFY',
  'PLAYBACK_START',
  'PLAYBACK_STOP',
  'RECORD_START',
  'RECORD_STOP',
  'SHUTDOWN',
  'STARTUP',
  'TALK',
  'NOTALK',
]);

/** Which events a connection has asked for: names, subclasses of CUSTOM, and filters of which one must fit. */
export class Subscription {
  private readonly names = new Set<string>();
  private readonly subclasses = new Set<string>();
  private readonly filters: { readonly header: string; readonly value: string }[] = [];

  /**
   * `event json A B CUSTOM x::y z`: names up to CUSTOM, after it subclasses only. Repeated commands add up.
   * Returns how many were known: 0 is `-ERR no keywords supplied`.
   */
  add(words: readonly string[]): number {
    let known = 0;
    let isCustom = false;
    for (const word of words.slice(0, MAX_NAMES)) {
      const name = word.replace(/^SWITCH_EVENT_/i, '');
      if (isCustom) this.subclasses.add(word);
      else if (KNOWN.has(name.toUpperCase())) this.names.add(name.toUpperCase());
      else continue;
      known += 1;
      isCustom ||= name.toUpperCase() === 'CUSTOM';
    }
    return known;
  }

  /** False when there are too many. */
  addFilter(header: string, value: string): boolean {
    if (this.filters.length >= MAX_FILTERS) return false;
    this.filters.push({ header, value: value.toLowerCase() });
    return true;
  }

  /** Without a value all filters on the header go; `all` takes every one away. */
  removeFilter(header: string, value?: string): void {
    const wanted = value?.toLowerCase();
    for (let i = this.filters.length - 1; i >= 0; i -= 1) {
      const filter = this.filters[i];
      const isMeant =
        header === 'all' || (filter?.header === header && (wanted === undefined || wanted === filter.value));
      if (isMeant) this.filters.splice(i, 1);
    }
  }

  /** Filters are alternatives: one that fits is enough (compared without case). Without filters everything asked for passes. */
  wants(event: EslEvent): boolean {
    const name = event['Event-Name'] ?? '';
    const isAsked = this.names.has('ALL') || (name === 'CUSTOM' ? this.wantsCustom(event) : this.names.has(name));
    if (!isAsked) return false;
    if (this.filters.length === 0) return true;
    return this.filters.some(({ header, value }) => event[header]?.toLowerCase() === value);
  }

  private wantsCustom(event: EslEvent): boolean {
    return (
      this.names.has('CUSTOM') && (this.subclasses.size === 0 || this.subclasses.has(event['Event-Subclass'] ?? ''))
    );
  }
}

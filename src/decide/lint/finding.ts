/** Something that is well written and still wrong, or not what anybody can have meant. */
export interface Finding {
  /** `error`: calls would be lost or led astray, and the configuration must not come into force. */
  readonly severity: 'error' | 'warning';
  /** What kind of mistake it is, such as `rule-never-reached`. */
  readonly rule: string;
  readonly says: string;
  /** Where in the configuration: `sites.mairie.dialPlan.rules[1]`. */
  readonly config: string;
}

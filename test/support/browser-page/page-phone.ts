/** What a test tells the page; the page answers by calling `tell`. */
export interface PagePhoneOptions {
  readonly url: string;
  readonly user: string;
  readonly realm: string;
  readonly password: string;
  readonly answersByItself: boolean;
  readonly toneHertz: number;
  readonly toneAmplitude: number;
}

export interface PagePhone {
  open(options: PagePhoneOptions): Promise<void>;
  dial(number: string): void;
  answer(): void;
  hangUp(): void;
  hold(): void;
  resume(): void;
  press(keys: string): void;
  /** Asks that the other be connected with this number (REFER). */
  transfer(number: string): void;
  /** Samples a second, and 16-bit samples as base64. */
  heard(): { readonly rate: number; readonly samples: string };
}

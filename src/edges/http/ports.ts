import type { ServiceMode } from '../../domain/service.ts';
import type {
  CallBackReply,
  CallBacksQuestion,
  CallReply,
  CallSummary,
  CallsQuestion,
  ExplainQuestion,
  ExplainReply,
  LedgerQuestion,
  LedgerReply,
  ReadyReply,
  Registration,
  ReloadReply,
  ServiceReply,
  StatusReply,
  TrunkReply,
  WishesReply,
} from './api.ts';

/** What the HTTP edge asks of the exchange. Compose fills it. */
export interface ExchangeView {
  readiness(): Omit<ReadyReply, 'ready'>;
  status(): StatusReply;
  metrics(): Promise<{ readonly contentType: string; readonly text: string }>;
  /** One at a time: a second one while the first goes on waits for its turn. */
  reload(): Promise<ReloadReply>;
  calls(question: CallsQuestion): Promise<readonly CallSummary[]>;
  call(id: string): Promise<CallReply | undefined>;
  /** Undefined when there is no such line. */
  wishes(line: string): WishesReply | undefined;
  /** Does what the star code asks for, as if the line's phone had dialled it. A sentence says why that cannot be. */
  wish(line: string, code: string): Promise<WishesReply | string>;
  ledger(question: LedgerQuestion): Promise<LedgerReply>;
  callBacks(question: CallBacksQuestion): readonly CallBackReply[];
  /** Undefined when there is no such open task. */
  closeCallBack(id: string): CallBackReply | undefined;
  registrations(line: string | undefined): readonly Registration[];
  services(): readonly ServiceReply[];
  /** Switches it. A sentence says why that cannot be. */
  switchService(id: string, mode: ServiceMode, by: string): Promise<ServiceReply | string>;
  trunks(): readonly TrunkReply[];
  /** With the live facts: who is registered, which trunks answer. A string says why there is nothing to explain. */
  explain(question: ExplainQuestion): ExplainReply | string;
}

export interface HttpLog {
  debug(facts: object, says: string): void;
  warn(facts: object, says: string): void;
  error(facts: object, says: string): void;
}

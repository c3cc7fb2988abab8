/** What can happen to a message once it is visible. A message is confirmed at most once, and read at most once. */
export type MessageEventKind = 'Read' | 'Confirmed';

/** How far a message has come, as it stands on record. */
export type MessageState = 'Unread' | 'Read' | 'Confirmed';

/** The same at a moment: `Created` is unread, and not visible yet. */
export type MessageStatus = 'Created' | MessageState;

export const MESSAGE_STATUSES: readonly MessageStatus[] = ['Created', 'Unread', 'Read', 'Confirmed'];

/** How somebody was logged in: LoginMethod of AltUtConfirmationBatch, AuthenticationMethod of CorrespondenceConfirmations. */
export type LoginMethod = 1 | 2 | 3 | 4;

/** Which message is meant. */
export type MessageTarget =
  | { readonly itemId: number }
  | {
      /** A system user code, or a service owner's three characters for any of its codes. */
      readonly systemUserCode: string;
      /** SendersReference; AltUt: messageReference. */
      readonly reference: string;
      /** Tells apart messages of several reportees that share a reference. */
      readonly reportee: string | null;
    };

/** That a message is to count as read or confirmed; valid by itself, whatever the message says. */
export interface MessageEvent {
  readonly kind: MessageEventKind;
  readonly target: MessageTarget;
  /** Milliseconds since 1970; null: now. */
  readonly at: number | null;
  /** As it was given. */
  readonly atGiven: string | null;
  /** Who did it: the number of a person. Always there when it is Confirmed. */
  readonly personNumber: string | null;
  /** Separated by spaces. */
  readonly roles: string | null;
  readonly method: LoginMethod | null;
}

/** @param visibleAt and @param now UTC, as the store has them */
export function messageStatus(state: MessageState, visibleAt: string, now: string): MessageStatus {
  return state === 'Unread' && visibleAt > now ? 'Created' : state;
}

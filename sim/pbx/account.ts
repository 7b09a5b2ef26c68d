/** Who somebody is to those who are called: caller ID. */
export interface Identity {
  readonly name: string;
  readonly number: string;
}

/** Somebody who may register, call and watch. */
export interface Account extends Identity {
  readonly user: string;
  readonly password: string;
  /** Others may watch its line: there is a hint for its number. */
  readonly watchable: boolean;
  /** May watch others. */
  readonly maySubscribe: boolean;
  /** May hand calls on by REFER. */
  mayTransfer: boolean;
  readonly callGroups: readonly string[];
  readonly pickupGroups: readonly string[];
}

/** Named groups (`named_call_group`, `named_pickup_group`): none where absent. */
export interface GroupOptions {
  /** Its ringing can be taken by those who pick up in one of these. */
  readonly callGroups?: readonly string[];
  /** Whose ringing it takes by a group code. */
  readonly pickupGroups?: readonly string[];
}

/** A phone with a number of its own; it registers under that number. */
export interface ExtensionOptions extends GroupOptions {
  readonly number: string;
  readonly name: string;
  readonly password: string;
}

/** An account that is nobody's phone, such as a panel's. */
export interface AccountOptions extends GroupOptions {
  readonly user: string;
  readonly password: string;
  readonly name: string;
  readonly number: string;
  readonly maySubscribe?: boolean;
  readonly mayTransfer?: boolean;
}

/** By user. */
export function makeAccounts(
  extensions: readonly ExtensionOptions[],
  others: readonly AccountOptions[],
): ReadonlyMap<string, Account> {
  const accounts = new Map<string, Account>();
  const usual = { maySubscribe: true, mayTransfer: true, callGroups: [], pickupGroups: [] };
  for (const own of extensions) accounts.set(own.number, { ...usual, ...own, user: own.number, watchable: true });
  for (const own of others) accounts.set(own.user, { ...usual, ...own, watchable: false });
  return accounts;
}

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
}

/** A phone with a number of its own; it registers under that number. */
export interface ExtensionOptions {
  readonly number: string;
  readonly name: string;
  readonly password: string;
}

/** An account that is nobody's phone, such as a panel's. */
export interface AccountOptions {
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
  for (const { number, name, password } of extensions) {
    const user = number;
    accounts.set(user, { user, number, name, password, watchable: true, maySubscribe: true, mayTransfer: true });
  }
  for (const { maySubscribe = true, mayTransfer = true, ...own } of others) {
    accounts.set(own.user, { ...own, watchable: false, maySubscribe, mayTransfer });
  }
  return accounts;
}

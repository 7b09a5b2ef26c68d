/** A moment of the week by the clock on the wall. */
export interface LocalTime {
  /** 0 Sunday … 6 Saturday, as Date.getDay(). */
  readonly weekday: number;
  /** Since midnight, 0…1439. */
  readonly minute: number;
}

/** A span of every week: on these days from one minute to another; past midnight where `to` is not after `from`. */
export interface Hours {
  /** Days on which it begins. */
  readonly weekdays: readonly number[];
  readonly from: number;
  /** Not included; 1440 is the end of the day. */
  readonly to: number;
  /** As a person wrote it. */
  readonly text: string;
}

export function localTime(date: Date): LocalTime {
  return { weekday: date.getDay(), minute: date.getHours() * 60 + date.getMinutes() };
}

/** Whether a moment lies in one of the spans. */
export function within(hours: readonly Hours[], { weekday, minute }: LocalTime): boolean {
  const yesterday = (weekday + 6) % 7;
  return hours.some(({ weekdays, from, to }) => {
    if (from < to) return weekdays.includes(weekday) && from <= minute && minute < to;
    return (weekdays.includes(weekday) && minute >= from) || (weekdays.includes(yesterday) && minute < to);
  });
}

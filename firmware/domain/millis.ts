/** A duration, or a moment on the monotonic clock, in milliseconds; fractions allowed. Never wall time. */
export type Millis = number;

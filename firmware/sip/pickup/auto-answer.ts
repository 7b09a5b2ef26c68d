/**
 * What vendors' phones take for "answer by yourself". A B2BUA seldom passes them on; then it is the PBX's intercom code
 * that adds its own (RFC 5373 for Answer-Mode; the others are custom).
 */
export const ANSWER_BY_ITSELF: readonly string[] = [
  "Call-Info: <sip:localhost>;answer-after=0",
  "Alert-Info: <http://localhost>;info=alert-autoanswer",
  "Answer-Mode: Auto",
];

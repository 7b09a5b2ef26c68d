/** Tells in which line of a text an index stands, counted from 1. Each index has to be after the one before. */
export function lineCount(text: string): (index: number) => number {
  let [line, counted] = [1, 0];
  return (index) => {
    for (let at = text.indexOf("\n", counted); at >= 0 && at < index; at = text.indexOf("\n", counted)) {
      line++;
      counted = at + 1;
    }
    return line;
  };
}

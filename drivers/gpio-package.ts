import { GpioTrouble, textOf } from "./gpio-trouble.ts";

/**
 * A native package, loaded when first wanted: a machine without GPIO does without it.
 * @throws GpioTrouble where it is not installed, or not built for this Node
 */
export async function loadPackage<Package extends object>(
  name: string,
  load: () => Promise<Package>,
): Promise<Package> {
  try {
    const loaded = await load();
    // A package in CommonJS is the default of what is imported.
    return "default" in loaded ? (loaded.default as Package) : loaded;
  } catch (cause) {
    const [first = ""] = textOf(cause).split("\n");
    const mend = `"npm install ${name}" brings it, and "npm rebuild ${name}" makes it fit another Node`;
    throw new GpioTrouble("interface", `the package ${name} cannot be loaded (${first}); ${mend}`, cause);
  }
}

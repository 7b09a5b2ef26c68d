import type { Board } from "../../firmware/domain/board.ts";
import { type KeySettings, subjectOf } from "../../firmware/domain/key-settings.ts";
import { strokesOf } from "../strokes.ts";
import type { KeyPlan, Plan } from "./message.ts";
import { aboutOf } from "./reading.ts";

/** What the page draws of a panel: its board's grid, and the labels that its settings put there. */
export interface PanelFace {
  readonly panel: string;
  readonly board: Board;
  readonly keys: readonly KeySettings[];
}

export function planOf({ panel, board, keys }: PanelFace, watched: boolean): Plan {
  const strokes = strokesOf(board.keys);
  return {
    panel,
    title: board.title,
    columns: board.columns,
    rows: board.rows,
    keys: board.keys.map(({ id, column, row }): KeyPlan => {
      const key = keys.find((one) => one.id === id);
      const stroke = watched ? "" : (strokes.get(id) ?? "").trim();
      const used = key !== undefined;
      return { id, column, row, used, label: key?.label ?? "", about: key ? aboutOf(subjectOf(key)) : "", stroke };
    }),
    // Those of a panel that is only watched are reported nowhere.
    lamps: watched ? [] : (board.lamps ?? []).map(({ id }) => id),
    buzzer: !watched && board.buzzer !== undefined,
    watched,
  };
}

/** The keys that were heard of, of a panel whose board is not known: in their order, four to a row. */
export function planOfKeys(panel: string, ids: readonly string[]): Plan {
  const columns = Math.min(4, Math.max(1, ids.length));
  const sorted = [...ids].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  return {
    panel,
    title: "Keys in the order of their names; with the panel's settings (-c) they stand where they are",
    columns,
    rows: Math.ceil(ids.length / columns),
    keys: sorted.map((id, i) => ({
      id,
      column: i % columns,
      row: Math.floor(i / columns),
      used: true,
      label: "",
      about: "",
      stroke: "",
    })),
    lamps: [],
    buzzer: false,
    watched: true,
  };
}

/** A monitored extension or resource as the PBX knows it: "101", a park slot "701". */
export type LineId = string;

// The pieces that every screen is made of.
export { Badge, Gating, Severity, State, type Tone } from "./badges";
export { Curl } from "./curl";
export { Download, type Export } from "./download";
export { FilterBar, useFilters } from "./filterbar";
export type { Field, Values } from "./filters";
export * from "./format";
export { Icon, type IconName } from "./icons";
export { Copy, Id } from "./id";
export { JsonView } from "./json";
export { KeyValue } from "./keyvalue";
export { A, ButtonLink, type Target } from "./link";
export { PageHeader, Panel } from "./page";
export { SideBySide, withNames } from "./sidebyside";
export { Answer, Empty, Failed, Forbidden, Loading } from "./states";
export { DataTable, type Column, type Selection } from "./table";
export { Time } from "./time";
export { Tip } from "./tip";
export { Who } from "./who";

// The screens of the console, in the order of the navigation: one line each.
import type { Feature } from "@/app/feature";
import { audit } from "./audit/routes";
import { decision } from "./decision/routes";
import { drift } from "./drift/routes";
import { evidence } from "./evidence/routes";
import { feed } from "./feed/routes";
import { home } from "./home/routes";
import { inventory } from "./inventory/routes";
import { respond } from "./respond/routes";
import { rules } from "./rules/routes";
import { settings } from "./settings/routes";

export const features: Feature[] = [
  home,
  feed,
  decision,
  rules,
  respond,
  drift,
  inventory,
  evidence,
  audit,
  settings,
];
